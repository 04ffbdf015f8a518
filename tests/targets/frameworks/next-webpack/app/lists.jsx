"use client";
import { useEffect } from "react";

import { showLists } from "../shared/show-lists.js";

let isShown = false; // React's development mode runs effects twice

export function Lists() {
  useEffect(() => {
    if (!isShown) showLists("/books.safetensors");
    isShown = true;
  }, []);
  return <h1>Books for you</h1>;
}
