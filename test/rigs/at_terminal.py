"""Runs a program at a terminal of its own: at_terminal.py COLUMNS ROWS PROGRAM [ARGUMENT...]

Its output goes to standard output as it is. Standard input takes a JSON document a line: {"keys": "text as typed"},
{"size": [columns, rows]} or {"signal": "SIGTERM"}. Ends as the program does; when standard input ends, the terminal hangs up.
"""
import fcntl, json, os, pty, select, signal, struct, sys, termios, time

columns, rows = int(sys.argv[1]), int(sys.argv[2])


def resize(descriptor, columns, rows):
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


child, terminal = pty.fork()
if child == 0:
    # Before the program looks: a shell that finds no size takes 80 columns.
    resize(0, columns, rows)
    os.execvp(sys.argv[3], sys.argv[3:])


def obey(line):
    command = json.loads(line)
    if "keys" in command:
        os.write(terminal, command["keys"].encode())
    if "size" in command:
        resize(terminal, *command["size"])
    if "signal" in command:
        os.kill(child, signal.Signals[command["signal"]])


waiting = b""
sources = [terminal, sys.stdin.fileno()]
while terminal in sources:
    for source in select.select(sources, [], [])[0]:
        try:
            data = os.read(source, 65536)
        except OSError:  # EIO: the program closed its side
            data = b""
        if not data:
            sources.clear()
            break
        if source == terminal:
            os.write(sys.stdout.fileno(), data)
        else:
            *lines, waiting = (waiting + data).split(b"\n")
            for line in lines:
                obey(line)

# Closing the terminal hangs up on what still runs there; what does not mind that is killed.
os.close(terminal)
for _ in range(200):
    ended, status = os.waitpid(child, os.WNOHANG)
    if ended:
        break
    time.sleep(0.01)
else:
    os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
sys.exit(os.waitstatus_to_exitcode(status) % 256)
