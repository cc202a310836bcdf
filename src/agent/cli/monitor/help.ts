/** What `?` shows. */
export const HELP: readonly string[] = [
  '',
  '   ↑ ↓  k j        select an entity        PageUp PageDown Home End   further',
  '   space, enter    toggle a switch or light, press a button',
  '   ← →             dim a light by a tenth',
  '   /               show only what has a text in its name, id or platform; esc shows all',
  '   Ctrl-L          draw everything anew',
  '   q, Ctrl-C       quit',
  '',
  '   A curve is the last seconds of a number, one character a second; a block is the time that something was on.',
  "   All of it comes from topics: a key publishes to the entity's set topic, and what you see is the answer.",
  '',
  '   any key: back',
];
