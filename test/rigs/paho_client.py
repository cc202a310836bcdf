"""paho-mqtt driven by JSON lines: a command a line on stdin, an answer or a message a line on stdout.

    {"do": "subscribe", "id": 1, "filter": "a/#", "qos": 1}              -> {"done": 1}
    {"do": "publish", "id": 2, "topic": "a", "payload": "x", "qos": 1, "retain": false} -> {"done": 2}
    a message that arrives                                               -> {"topic": ..., "payload": ..., "qos": ..., "retain": ...}
"""

import json
import sys
import threading

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

port, version = int(sys.argv[1]), sys.argv[2]
# A third argument: the client id, and its session stays for an hour.
kept = sys.argv[3] if len(sys.argv) > 3 else None
protocol = mqtt.MQTTv5 if version == "5" else mqtt.MQTTv311
output = threading.Lock()
waiting = {}


def say(value):
    with output:
        sys.stdout.write(json.dumps(value) + "\n")
        sys.stdout.flush()


def on_connect(client, userdata, flags, reason, properties=None):
    say({"connected": int(reason.value) if hasattr(reason, "value") else reason})


def on_message(client, userdata, message):
    payload = message.payload.decode("utf-8", "replace")
    say({"topic": message.topic, "payload": payload, "qos": message.qos, "retain": bool(message.retain)})


def on_settled(client, userdata, mid, *rest):
    with output:
        # A QoS 0 publish may be settled before `publish` has returned its number.
        number = waiting.pop(mid, None)
        if number is None:
            waiting[mid] = "settled"
    if number is not None:
        say({"done": number})


def expect(mid, number):
    with output:
        settled = waiting.pop(mid, None) == "settled"
        if not settled:
            waiting[mid] = number
    if settled:
        say({"done": number})


if kept is None:
    client = mqtt.Client(protocol=protocol)
elif version == "5":
    client = mqtt.Client(client_id=kept, protocol=protocol)
else:
    client = mqtt.Client(client_id=kept, clean_session=False, protocol=protocol)
client.on_connect = on_connect
client.on_message = on_message
client.on_subscribe = on_settled
client.on_publish = on_settled
if kept is not None and version == "5":
    expiry = Properties(PacketTypes.CONNECT)
    expiry.SessionExpiryInterval = 3600
    client.connect("127.0.0.1", port, clean_start=False, properties=expiry)
else:
    client.connect("127.0.0.1", port)
client.loop_start()
for line in sys.stdin:
    command = json.loads(line)
    if command["do"] == "subscribe":
        _, mid = client.subscribe(command["filter"], command["qos"])
    else:
        mid = client.publish(command["topic"], command["payload"], command["qos"], command["retain"]).mid
    expect(mid, command["id"])
client.disconnect()
client.loop_stop()
