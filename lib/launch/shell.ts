/**
 * Commands that pass their last arguments to a shell, as `ssh` does: it joins them
 * by spaces, and the remote shell splits them again.
 *
 * @module
 */

/** A word that every shell takes as it is. */
const PLAIN_WORD = /^[\w@%+:,./-][\w@%+=:,./-]*$/;

/** Quotes a word for a shell. */
export function quoted(word: string): string {
  return PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Whether a command is known to pass its last arguments to a shell. */
export function goesThroughShell(command: readonly string[]): boolean {
  return command.some((word) => /(^|\/)(ssh|autossh)(\.exe)?$/.test(word));
}

/**
 * A call for the remote shell, as one argument. That may be any shell, so the call
 * goes to its `sh`, which stays and reports a signal as 128 and its number:
 * otherwise ssh ends with 255 whatever the signal was, as it does when it fails by
 * itself.
 */
export function shellCall(
  call: readonly string[],
  env: Readonly<Record<string, string>>,
): string {
  const settings = Object.entries(env).map(([name, value]) =>
    `${name}=${value}`
  );
  const words = settings.length === 0 ? call : ["env", ...settings, ...call];
  return `sh -c ${quoted(`${words.map(quoted).join(" ")}; exit $?`)}`;
}
