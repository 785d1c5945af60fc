import { deepStrictEqual, equal, match, ok } from "node:assert/strict";
import { AbandonedError, RemoteError } from "../../lib/base/errors.ts";
import { unpack } from "../../lib/wire/serialization/pack.ts";
import { pack } from "../../lib/wire/serialization/pack.ts";
import {
  describeError,
  ERROR_LEVELS_MAX,
  rebuildError,
} from "../../lib/wire/serialization/remote_error.ts";
import { DESTINATIONS, Fake, rehydrate, Revived } from "./wire_testing.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

/** What the parent gets when a child throws `thrown`, by both ways. */
function* crossed(thrown: unknown): Generator<Any> {
  for (const destination of DESTINATIONS) {
    const data = describeError(thrown, destination);
    const copy = destination === "isolate"
      ? structuredClone(data)
      : unpack(pack(data, "process", "error"), rehydrate) as typeof data;
    yield rebuildError(copy, 'in process "P-1"', rehydrate);
  }
}

const BUILT_IN = [
  new Error("m"),
  new TypeError("m"),
  new RangeError("m"),
  new SyntaxError("m"),
  new ReferenceError("m"),
  new EvalError("m"),
  new URIError("m"),
  new AggregateError([], "m"),
  new DOMException("m", "AbortError"),
  new Deno.errors.NotFound("m"),
  new Deno.errors.NotCapable("m"),
  new AbandonedError("m"),
];

for (const error of BUILT_IN) {
  const { constructor, name } = error;
  Deno.test(`rebuildError() gives a ${constructor.name} for one`, () => {
    for (const back of crossed(error)) {
      equal(back instanceof constructor, true);
      deepStrictEqual([back.name, back.message], [name, "m"]);
    }
  });
}

Deno.test("rebuildError() keeps both stacks and says where it was thrown", () => {
  const error = new RangeError("no");
  error.stack = "RangeError: no\n    at child.ts:1:1";
  for (const back of crossed(error)) {
    match(back.stack, /^RangeError: no\n.*remote_error_test\.ts/s);
    equal(back.stack.includes("child.ts"), false);
    ok(back.cause instanceof RemoteError);
    equal(back.cause.message, 'Thrown in process "P-1"');
    equal(back.cause.stack, "RangeError: no\n    at child.ts:1:1");
    equal(Object.hasOwn(back.cause, "cause"), false);
    deepStrictEqual(Object.keys(back), []);
  }
});

Deno.test("rebuildError() keeps the error's own cause below its RemoteError", () => {
  const cause = new TypeError("why", { cause: { plain: 1 } });
  for (const back of crossed(new Error("what", { cause }))) {
    const inner = back.cause.cause;
    ok(inner instanceof TypeError);
    equal(inner.stack, cause.stack);
    deepStrictEqual(inner.cause, { plain: 1 });
  }
});

Deno.test("rebuildError() gives a user's class as the nearest built-in one", () => {
  class HttpError extends TypeError {
    override name = "HttpError";
    status = 404;
    constructor() {
      super("gone");
      if (made++ > 0) throw new Error("Called the constructor of the user");
    }
  }
  let made = 0;
  for (const back of crossed(new HttpError())) {
    equal(back instanceof TypeError, true);
    deepStrictEqual([back.name, back.status], ["HttpError", 404]);
    match(back.stack, /^HttpError: gone/);
  }
});

Deno.test("rebuildError() keeps fields, shared objects and errors among them", () => {
  const error = Object.assign(new Error("m"), {
    details: { list: [1, new RangeError("in")] },
    shared: new Fake("f"),
    errors: [new TypeError("t"), () => {}],
  });
  for (const back of crossed(error)) {
    ok(back.details.list[1] instanceof RangeError);
    ok(back.shared instanceof Revived);
    ok(back.errors[0] instanceof TypeError);
    match(back.errors[1], /^\[Not sent: .*errors\[1\].* a function/);
  }
});

Deno.test("rebuildError() keeps the errors of an AggregateError", () => {
  const error = new AggregateError([new TypeError("a"), "b", fn], "m");
  for (const back of crossed(error)) {
    ok(back instanceof AggregateError);
    ok(back.errors[0] instanceof TypeError);
    equal(back.errors[1], "b");
    match(back.errors[2], /Not sent/);
  }
});

const fn = () => {};

Deno.test("describeError() puts a text in place of what cannot be sent", () => {
  const nested = { deep: [fn] };
  const error = Object.assign(new Error("m", { cause: fn }), {
    nested,
    again: { nested },
    good: 1,
  });
  Object.defineProperty(error, "getter", {
    enumerable: true,
    get() {
      throw new Error("no");
    },
  });
  for (const back of crossed(error)) {
    match(back.nested, /nested\.deep\[0\] .* a function/);
    match(back.again, /again\.nested\.deep\[0\] .* a function/);
    match(back.getter, /Not sent: getter throws when read/);
    match(back.cause.cause, /cause .* a function/);
    equal(back.good, 1);
  }
});

Deno.test("rebuildError() never lets a field overwrite what the error is", () => {
  const error = new Error("m");
  const evil = { message: "evil", name: "evil", stack: "evil", cause: "evil" };
  for (const [key, value] of Object.entries(evil)) {
    Object.defineProperty(error, key, { value, enumerable: true });
  }
  Object.defineProperty(error, "__proto__", { value: {}, enumerable: true });
  for (const back of crossed(error)) {
    deepStrictEqual(Object.keys(back), []);
    equal(Object.getPrototypeOf(back), Error.prototype);
    equal(back.cause.cause, "evil");
  }
  deepStrictEqual(describeError(error).errors[0]![2].fields, {});
  const data = describeError(new Error("m"));
  const record = data.errors[0]![2];
  Object.assign(record.fields, { ...evil, ok: 1 });
  const back = rebuildError(data, "here") as Error;
  deepStrictEqual([back.message, back.name], ["m", "Error"]);
  ok(back.cause instanceof RemoteError);
});

for (const thrown of ["text", 7, undefined, null, { a: 1 }, [1]]) {
  Deno.test(`rebuildError() gives a thrown ${Deno.inspect(thrown)} back`, () => {
    for (const back of crossed(thrown)) deepStrictEqual(back, thrown);
  });
}

Deno.test("describeError() describes thrown values that cannot be sent", () => {
  for (const back of crossed(fn)) match(back, /the thrown value .* a function/);
  for (const back of crossed(Symbol("s"))) match(back, /a symbol/);
});

Deno.test("describeError() never throws", () => {
  const refuse = () => {
    throw new Error("refused");
  };
  const hostile = new Proxy(new Error("m"), {
    get: refuse,
    has: refuse,
    ownKeys: refuse,
    getPrototypeOf: refuse,
    getOwnPropertyDescriptor: refuse,
  });
  const getters = new Error("m");
  for (const key of ["name", "message", "stack", "cause", "field"]) {
    Object.defineProperty(getters, key, { get: refuse, enumerable: true });
  }
  let reads = 0;
  const fickle = Object.defineProperty(new Error("m"), "field", {
    enumerable: true,
    get: () => ({
      get inner() {
        if (reads++ > 0) refuse();
        return new Error("inner");
      },
    }),
  });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  for (const thrown of [hostile, getters, fickle, proxy, [proxy]]) {
    for (const _ of crossed(thrown));
  }
});

Deno.test("describeError() keeps a cycle of causes", () => {
  const [a, b] = [new Error("a"), new Error("b")];
  a.cause = b;
  b.cause = a;
  for (const back of crossed(a)) {
    equal(back.cause.cause.message, "b");
    equal(back.cause.cause.cause, back);
  }
});

Deno.test(`describeError() follows ${ERROR_LEVELS_MAX} causes and no more`, () => {
  let error = new Error("0");
  for (let i = 1; i < 50_000; i++) error = new Error(`${i}`, { cause: error });
  for (const back of crossed(error)) {
    let length = 1;
    let last = back.cause.cause;
    for (; last instanceof Error; last = last.cause) length++;
    equal(length, ERROR_LEVELS_MAX);
    match(last, /over \d+ errors/);
  }
});
