export function spawnContract(): void {}
