import { defineConfig } from "vite";

// A service worker has a fixed address, and is an entry of its own.
export default defineConfig({
  build: {
    rolldownOptions: {
      input: ["index.html", "src/service.js", "src/shared.js"],
      output: { entryFileNames: "[name].js" },
    },
  },
});
