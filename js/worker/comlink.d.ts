declare module "comlink/dist/esm/node-adapter.mjs" {
  const nodeEndpoint: (port: {
    postMessage: Function;
    on: Function;
    off: Function;
  }) => import("comlink").Endpoint;
  export default nodeEndpoint;
}
