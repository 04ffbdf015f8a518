import { showLists } from "./shared/show-lists.js";

showLists("node_modules/pocketrec/examples/first/books.safetensors");
