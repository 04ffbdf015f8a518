// The platform's types in pocketrec's declarations. Each is the program's own type, where it has
// one: from TypeScript's "dom" or "webworker", from @types/node or a runtime's types. Where it has
// none, it is the part that pocketrec uses. So the package compiles without any of them.

/** The type of a global class, or else `Else`. */
type Global<Name extends string, Else> = typeof globalThis extends {
  [K in Name]: { prototype: infer T };
}
  ? T
  : Else;

export type AbortSignal = Global<
  "AbortSignal",
  {
    readonly aborted: boolean;
    readonly reason: any;
    throwIfAborted(): void;
    addEventListener(type: "abort", listener: (event: any) => void): void;
    removeEventListener(type: "abort", listener: (event: any) => void): void;
  }
>;

export type URL = Global<"URL", { readonly href: string; toString(): string }>;

export type Blob = Global<
  "Blob",
  { readonly size: number; readonly type: string; arrayBuffer(): Promise<ArrayBuffer> }
>;

export type Response = Global<
  "Response",
  { readonly ok: boolean; readonly status: number; arrayBuffer(): Promise<ArrayBuffer> }
>;

/** A worker of the web. */
export type Worker = Global<
  "Worker",
  {
    postMessage(message: any, transfer: any[]): void;
    addEventListener(type: string, listener: (event: any) => void): void;
    removeEventListener(type: string, listener: (event: any) => void): void;
    terminate(): void;
  }
>;

export declare const EventTarget: typeof globalThis extends {
  EventTarget: infer T extends new () => object;
}
  ? T
  : new () => {
      addEventListener(type: string, listener: (event: any) => void): void;
      removeEventListener(type: string, listener: (event: any) => void): void;
      dispatchEvent(event: any): boolean;
    };

export declare namespace WebAssembly {
  type Module = typeof globalThis extends {
    WebAssembly: { Module: { prototype: infer T } };
  }
    ? T
    : object;
  type Memory = typeof globalThis extends {
    WebAssembly: { Memory: { prototype: infer T } };
  }
    ? T
    : { readonly buffer: ArrayBuffer; grow(pages: number): number };
}

/** Arrays with a memory of their own, which TypeScript 5.7 and later say in the type. */
export type Bytes = ReturnType<Uint8ArrayConstructor["of"]>;
export type Floats = ReturnType<Float32ArrayConstructor["of"]>;

/** `using` works where the program's types know it. */
export type Disposes = SymbolConstructor extends { readonly dispose: infer S extends symbol }
  ? { [K in S]: () => void }
  : {};

/** `await using` works where the program's types know it. */
export type AsyncDisposes = SymbolConstructor extends {
  readonly asyncDispose: infer S extends symbol;
}
  ? { [K in S]: () => Promise<void> }
  : {};
