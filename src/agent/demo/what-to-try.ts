/** What the demo says to somebody at a terminal. */
export function whatToTry(node: string, port: number): string {
  const at = port === 1883 ? '' : ` -p ${port}`;
  const commands: readonly (readonly [command: string, purpose: string])[] = [
    ['npx pinbus monitor', 'watch it live; keys switch things'],
    [`mosquitto_sub${at} -t 'pinbus/#' -v`, 'see all that it says'],
    [`mosquitto_pub${at} -t pinbus/v1/${node}/garden_pump/set -m ON`, 'start the pump; the power meter follows'],
    ['npx pinbus sim press doorbell --for 2s', 'put a finger on the bell'],
    ['npx pinbus history hall_temperature --since 5m --plot', 'draw what was measured'],
    ['npx pinbus call health', 'ask it something'],
  ];
  const width = Math.max(...commands.map(([command]) => command.length));
  const lines = commands.map(([command, purpose]) => `    ${command.padEnd(width)}   ${purpose}`);
  return `
  No config was found, so this is the demo: a small house on simulated pins. In another terminal:

${lines.join('\n')}

  A node of your own: copy examples/minimal.yaml to pinbus.yaml and start again. Ctrl-C ends this one.

`;
}
