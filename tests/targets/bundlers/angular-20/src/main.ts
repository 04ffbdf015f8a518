import { Component, type OnInit, provideZonelessChangeDetection } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";

import { showLists } from "../shared/show-lists.js";

@Component({ selector: "app-books", template: "<h1>Books for you</h1>" })
class Books implements OnInit {
  ngOnInit() {
    const start = () => new Worker(new URL("./own.worker", import.meta.url), { type: "module" });
    showLists("books.safetensors", location.search === "?own" ? { start } : undefined);
  }
}

bootstrapApplication(Books, { providers: [provideZonelessChangeDetection()] });
