// The hook: loads the model once, and gives the list for a history.
import { useEffect, useState } from "react";
import { loadModel } from "pocketrec";
import books from "pocketrec/books.safetensors?url";

const loading = loadModel(books);

export function useRecommendations(history, topK) {
  const [list, setList] = useState([]);
  useEffect(() => {
    loading.then((model) => {
      const user = model.user({ history });
      setList(model.recommend(user, { topK, exclude: user.items }));
    });
  }, [history, topK]);
  return list;
}
