import { defineConfig } from "vite";

export default defineConfig({
  build: {
    modulePreload: { polyfill: false }, // a background script has no document
    rolldownOptions: {
      input: ["popup.html", "src/background.js"],
      output: { entryFileNames: "[name].js" },
    },
  },
});
