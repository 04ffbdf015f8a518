import { showLists } from "./shared/show-lists.js";

showLists("https://cdn.example/npm/pocketrec@0.3.0/examples/first/books.safetensors");
