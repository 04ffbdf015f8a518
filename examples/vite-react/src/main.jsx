import { useState } from "react";
import { createRoot } from "react-dom/client";

import { useRecommendations } from "./use-recommendations.js";

const BOOKS = ["The Ninth Moon", "Cold Ink", "Salt and Smoke", "Moss and Stone", "Nine Knots"];

function App() {
  const [history, setHistory] = useState([]);
  const list = useRecommendations(history, 5);
  return (
    <>
      <h1>Which of these do you like?</h1>
      {BOOKS.map((title) => (
        <button key={title} onClick={() => setHistory([...history, title])}>
          {title}
        </button>
      ))}
      <h2>For you</h2>
      <ol>
        {list.map(({ item }) => (
          <li key={item}>{item}</li>
        ))}
      </ol>
    </>
  );
}

createRoot(document.querySelector("#app")).render(<App />);
