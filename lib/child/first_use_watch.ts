/**
 * Watches the first uses of globals in a running thread, so that no kill hits one.
 *
 * Deno loads many of its globals when they are used first. If V8 is asked to end a
 * thread while it compiles such a script, Deno may abort the whole program (2.9.6,
 * `Option::unwrap()` in `modules/map/ext_script.rs`). So a thread notes in shared
 * memory that it loads one, and its killer waits; and a thread that was asked to end
 * does so at the next first use.
 *
 * @module
 */

import { loadWithin, type ThreadEnd } from "./import_watch.ts";

/**
 * What Deno loads at its first use in a thread (2.9.6). Each is an accessor of its
 * own, which takes 3 microseconds to replace; of those that belong to WebGPU, the
 * ones that a program uses first.
 */
const GLOBALS =
  "setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate " +
  "Buffer Headers FormData Request Response WebSocket EventSource URLPattern " +
  "CompressionStream DecompressionStream FileReader caches Cache CacheStorage " +
  "DOMMatrix DOMMatrixReadOnly DOMPoint DOMPointReadOnly DOMQuad DOMRect " +
  "DOMRectReadOnly ImageData ImageBitmap createImageBitmap OffscreenCanvas " +
  "ImageBitmapRenderingContext GPU GPUBufferUsage GPUShaderStage GPUTextureUsage";
const OF_DENO = "Command ChildProcess Process kill spawn spawnAndWait " +
  "spawnAndWaitSync serve serveHttp upgradeWebSocket telemetry";
const OF_NAVIGATOR = "gpu";

/** Notes the first use of each from now on. */
export function watchFirstUses(thread: ThreadEnd): void {
  watchAll(globalThis, GLOBALS, thread);
  watchAll(Deno, OF_DENO, thread);
  watchAll(Object.getPrototypeOf(navigator), OF_NAVIGATOR, thread);
}

function watchAll(owner: object, names: string, thread: ThreadEnd): void {
  for (const name of names.split(" ")) watchFirstUse(owner, name, thread);
}

/** Replaces a getter until its first use. */
function watchFirstUse(owner: object, name: string, thread: ThreadEnd): void {
  const property = Object.getOwnPropertyDescriptor(owner, name);
  const get = property?.get;
  if (get === undefined || !property!.configurable) return;
  const watched = {
    ...property,
    get() {
      // What has been put in its place meanwhile stays.
      if (Object.getOwnPropertyDescriptor(owner, name)?.get === watched.get) {
        Reflect.defineProperty(owner, name, property!);
      }
      return loadWithin(thread, () => get.call(this));
    },
  };
  Object.defineProperty(owner, name, watched);
}
