import { Lists } from "./lists.jsx";

export default function Page() {
  return <Lists />;
}
