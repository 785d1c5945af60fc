import { deepEqual, equal, match, throws } from "node:assert/strict";
import {
  getLogger,
  type LogHandler,
  LogLevel,
  logToStderr,
} from "../../mod.ts";

/** What is written to stderr meanwhile. */
function printed(run: () => void): string {
  const { writeSync } = Deno.stderr;
  let text = "";
  Deno.stderr.writeSync = (bytes) => {
    text += new TextDecoder().decode(bytes);
    return bytes.length;
  };
  try {
    run();
  } finally {
    Deno.stderr.writeSync = writeSync;
    const logger = getLogger();
    for (const handler of logger.handlers) logger.removeHandler(handler);
    logger.setLevel("NOTSET");
  }
  return text;
}

Deno.test("getLogger() without a handler prints warnings and worse", () => {
  const text = printed(() => {
    getLogger().setLevel("DEBUG");
    getLogger().info("not seen");
    getLogger().warning("seen");
  });
  equal(text, "[WARNING/MainProcess] seen\n");
});

Deno.test("getLogger() with a handler prints nothing by itself", () => {
  equal(
    printed(() => {
      getLogger().addHandler(() => {});
      getLogger().error("for the handler");
    }),
    "",
  );
});

Deno.test("logToStderr() sets a level, and prints each record once", () => {
  const text = printed(() => {
    equal(logToStderr("INFO"), getLogger());
    equal(logToStderr().level, LogLevel.INFO);
    getLogger().info("seen", { a: 1 });
    getLogger().debug("not seen");
  });
  equal(text, "[INFO/MainProcess] seen { a: 1 }\n");
});

Deno.test("logToStderr() is undone by taking its handler away", () => {
  const text = printed(() => {
    const [handler] = logToStderr("INFO").handlers;
    getLogger().removeHandler(handler!);
    getLogger().info("not seen");
  });
  equal(text, "");
});

Deno.test("Logger.addHandler() heeds the handler's level, and adds it once", () => {
  const lines: string[] = [];
  const handler: LogHandler = ({ line }) => void lines.push(line);
  printed(() => {
    getLogger().addHandler(handler);
    getLogger().addHandler(handler, { level: "ERROR" });
    getLogger().warning("no");
    getLogger().error("yes");
  });
  deepEqual(lines, ["[ERROR/MainProcess] yes"]);
});

Deno.test("Logger goes on after a handler that fails, and says so", () => {
  const seen: string[] = [];
  const text = printed(() => {
    getLogger().addHandler(() => {
      throw new RangeError("broken");
    });
    getLogger().addHandler(({ message }) => seen.push(message));
    getLogger().error("no");
  });
  deepEqual(seen, ["no"]);
  match(
    text,
    /^A log handler failed on "\[ERROR\/Main.*no": RangeError: broken/,
  );
});

Deno.test("Logger.log() tells everything about a record", () => {
  const before = Date.now();
  printed(() => {
    getLogger().addHandler(({ time, pid, ...rest }) => {
      equal(pid, Deno.pid);
      equal(time >= before && time <= Date.now(), true);
      deepEqual(rest, {
        level: 41,
        levelName: "Level 41",
        message: "a b",
        processName: "MainProcess",
        line: "[Level 41/MainProcess] a b",
      });
    });
    getLogger().log(41, "a", "b");
  });
});

Deno.test("Logger.setLevel() refuses what is no level, and names those that are", () => {
  for (const level of ["LOUD", NaN, -1, null, "toString"]) {
    throws(
      () => getLogger().setLevel(level as never),
      /^TypeError: Cannot use that log level as .*DEBUG, INFO.*: current value is/,
    );
  }
  equal(getLogger().effectiveLevel, LogLevel.WARNING);
  equal(getLogger().isEnabledFor("SUBWARNING"), false);
});
