import { Books } from "./books.jsx";

export default function Page() {
  return <Books />;
}
