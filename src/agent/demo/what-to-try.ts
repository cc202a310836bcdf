/** What the demo says to somebody at a terminal. */
export function whatToTry(node: string, port: number): string {
  const at = port === 1883 ? '' : ` -p ${port}`;
  return `
  No config was found, so this is the demo: a small house on simulated pins. In another terminal:

    mosquitto_sub${at} -t 'pinbus/#' -v                              see all that it says
    mosquitto_pub${at} -t pinbus/v1/${node}/porch_lamp/set -m ON    switch the lamp on the porch
    npx pinbus monitor                                        watch it live, keys switch things
    npx pinbus call info                                      ask it something

  A node of your own: examples/pinbus.yaml, then  pinbus start -c pinbus.yaml.  Ctrl-C ends it.

`;
}
