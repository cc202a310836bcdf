/** What the demo says to somebody at a terminal. */
export function whatToTry(node: string, port: number): string {
  const at = port === 1883 ? '' : ` -p ${port}`;
  const commands: readonly (readonly [command: string, purpose: string])[] = [
    [`mosquitto_sub${at} -t 'pinbus/#' -v`, 'see all that it says'],
    [`mosquitto_pub${at} -t pinbus/v1/${node}/porch_lamp/set -m ON`, 'switch the lamp on the porch'],
    ['npx pinbus monitor', 'watch it live; keys switch things'],
    ['npx pinbus call info', 'ask it something'],
  ];
  const width = Math.max(...commands.map(([command]) => command.length));
  const lines = commands.map(([command, purpose]) => `    ${command.padEnd(width)}   ${purpose}`);
  return `
  No config was found, so this is the demo: a small house on simulated pins. In another terminal:

${lines.join('\n')}

  A node of your own: copy examples/minimal.yaml to pinbus.yaml and start again. Ctrl-C ends this one.

`;
}
