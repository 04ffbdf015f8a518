import address from "url:pocketrec/books.safetensors";

import { showLists } from "../shared/show-lists.js";

showLists(address);
