"use client";
// The model runs in the visitor's browser: the server only sends the file (route.js).
import { useEffect, useState } from "react";
import { loadModel } from "pocketrec";

const BOOKS = ["The Ninth Moon", "Cold Ink", "Salt and Smoke", "Moss and Stone", "Nine Knots"];

export function Books() {
  const [model, setModel] = useState(null);
  const [history, setHistory] = useState([]);
  useEffect(() => void loadModel("/books.safetensors").then(setModel), []);

  const user = model?.user({ history });
  const list = user ? model.recommend(user, { topK: 5, exclude: user.items }) : [];
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
