import { randomUUID } from 'node:crypto';
import { topicNameFault } from '#topics';
import type { Identity } from '../../access/access.ts';
import type { Acl } from '../../access/acl.ts';
import { isBridgeClientId } from '../../bridge/client-id.ts';
import { connectionVerdict } from '../../listeners/connection-limit.ts';
import { LIMITS } from '../../limits.ts';
import { NEVER_EXPIRES } from '../../session/state.ts';
import { encodeConnack } from '../codec/connect.ts';
import type { ConnectPacket } from '../codec/packet.ts';
import type { Properties } from '../codec/properties.ts';
import type { Connection } from '../connection.ts';
import { ProtocolFault } from '../fault.ts';
import { REASON } from '../reason.ts';
import { denial } from '../denial.ts';
import { responseInformation } from '../response-information.ts';
import { termsOf } from '../terms.ts';
import { topicSizeFault } from '../topic-size.ts';
import { hasSaidFormat } from './publish.ts';

/** Return codes before MQTT 5 [MQTT 3.1.1, table 3.1]. */
const RETURN = {
  identifier_rejected: 2,
  server_unavailable: 3,
  not_authorized: 5,
} as const;

/** CONNECT [MQTT 5.0, 3.1]. Nothing else of the connection is read until it is decided. */
export function handleConnect(connection: Connection, packet: ConnectPacket): void {
  const { connections, options } = connection.engine;
  connection.terms = termsOf(packet, options.limits);
  if (packet.properties?.authenticationMethod !== undefined) {
    return connection.refuse(REASON.bad_authentication_method, 0, 'no authentication method is spoken here');
  }
  checkWill(connection, packet);
  if ((packet.will?.message.payload.length ?? 0) > (options.limits.payload_size ?? Number.POSITIVE_INFINITY)) {
    return connection.refuse(REASON.packet_too_large, RETURN.not_authorized, "the will's payload is too large");
  }
  if (packet.clientId === '' && (packet.version === 3 || (packet.version === 4 && !packet.cleanStart))) {
    // [MQTT-3.1.3-8] of 3.1.1; 3.1 has no empty one at all.
    return connection.refuse(REASON.client_identifier_not_valid, RETURN.identifier_rejected, 'a client id is needed');
  }
  if (connectionVerdict(connections, connection.host, options.limits) !== 'within') {
    return connection.refuse(REASON.quota_exceeded, RETURN.server_unavailable, 'too many connections');
  }
  connection.hold();
  void decide(connection, packet).finally(() => connection.release());
}

async function decide(connection: Connection, packet: ConnectPacket): Promise<void> {
  const { access, log } = connection.engine;
  try {
    const identity = await access.authenticate({
      username: packet.username,
      password: packet.password,
      certificate: connection.way.certificate,
      address: connection.host,
    });
    if (connection.closed) return;
    if (identity !== undefined) return enter(connection, packet, identity);
    refuseLogin(connection, packet);
  } catch (error) {
    log.error({ err: error, address: connection.address }, 'a client could not be authenticated');
    connection.refuse(REASON.server_unavailable, RETURN.server_unavailable, 'the login could not be checked');
  }
}

/**
 * Not authorized, whatever was wrong, as in mosquitto: return code 4 of 3.1.1 is for what is malformed, and programs such as Home
 * Assistant ask for another password at 0x87 as they do at 0x86.
 */
function refuseLogin(connection: Connection, { username }: ConnectPacket): void {
  const { refusals, log } = connection.engine;
  if (refusals.begins(`login ${connection.host} ${(username ?? '').slice(0, 64)}`)) {
    log.warn({ address: connection.address, user: username?.slice(0, 64) }, 'a login was refused');
  }
  const why = username === undefined ? 'a user name is needed' : 'not this user name with this password';
  connection.refuse(REASON.not_authorized, RETURN.not_authorized, why);
}

function enter(connection: Connection, packet: ConnectPacket, identity: Identity): void {
  const { engine } = connection;
  const assigned = packet.clientId === '' ? `auto-${randomUUID()}` : undefined;
  const clientId = assigned ?? packet.clientId;
  const acl = engine.access.aclOf(identity, clientId);
  if (acl === undefined || engine.stopping) {
    return connection.refuse(REASON.server_unavailable, RETURN.server_unavailable, 'not now');
  }
  // Later it goes by what its user may do, which may be more than this token allows.
  if (identity.grant !== undefined && packet.will !== undefined && !acl.mayWrite(packet.will.message.topic)) {
    const { reason, why } = denial(engine.options, "no right to publish to the will's topic");
    return connection.refuse(reason, RETURN.not_authorized, why);
  }
  if (!engine.sessions.hasRoom(clientId, packet.will)) {
    return connection.refuse(REASON.quota_exceeded, RETURN.server_unavailable, 'no room for that client id and will');
  }
  connection.id = clientId;
  engine.router.register(connection);
  const { session, present } = engine.sessions.open(clientId, identity.user, packet.cleanStart, {
    expiry_s: sessionExpiry_s(packet),
    will: packet.will,
  });
  session.acl = acl;
  const isBridge = packet.bridge || isBridgeClientId(clientId);
  if (isBridge) engine.router.guard.meets();
  engine.router.hub.forgetRecipients();
  connection.admit(
    {
      clientId,
      identity,
      session,
      origin: {
        kind: 'client',
        id: clientId,
        ...(identity.user !== undefined && { user: identity.user }),
        ...(packet.version < 5 && isBridge && { unmarked_bridge: true }),
      },
      since: Date.now(),
    },
    encodeConnack(packet.version, present, REASON.success, {
      ...granted(packet, connection, assigned),
      ...asked(packet, acl, identity.user, clientId),
    }),
  );
  engine.counters.admissions++;
  engine.presence.came(connection);
  engine.log.debug({ client: clientId, address: connection.address, protocol: packet.version }, 'a client came');
}

/** What MQTT 5 clients are told of our bounds [MQTT 5.0, 3.2.2.3]. */
function granted(
  { keepAlive }: ConnectPacket,
  { terms: { keepAlive_s, receiveMaximum }, engine: { options } }: Connection,
  assignedClientIdentifier: string | undefined,
): Properties {
  return {
    receiveMaximum,
    maximumPacketSize: options.limits.packet_size,
    topicAliasMaximum: LIMITS.topic_aliases,
    ...(keepAlive_s !== keepAlive && { serverKeepAlive: keepAlive_s }),
    ...(assignedClientIdentifier !== undefined && { assignedClientIdentifier }),
  };
}

/** What an MQTT 5 client is told that wants it [MQTT-3.1.2-28]. */
function asked({ properties }: ConnectPacket, acl: Acl, user: string | undefined, clientId: string): Properties {
  const wanted = properties?.requestResponseInformation === true;
  const topic = wanted ? responseInformation(acl, user, clientId) : undefined;
  return topic === undefined ? {} : { responseInformation: topic };
}

function sessionExpiry_s({ version, cleanStart, properties }: ConnectPacket): number {
  if (version === 5) return properties?.sessionExpiryInterval ?? 0;
  return cleanStart ? 0 : NEVER_EXPIRES;
}

function checkWill({ engine }: Connection, { will }: ConnectPacket): void {
  if (will === undefined) return;
  const fault = topicNameFault(will.message.topic);
  if (fault !== undefined) throw new ProtocolFault(REASON.malformed_packet, `the will's topic: ${fault}`);
  if (engine.options.check_payload_format === true && !hasSaidFormat(will.message)) {
    throw new ProtocolFault(REASON.payload_format_invalid, "the will's payload is not UTF-8 text");
  }
  const excess = topicSizeFault(will.message.topic, engine.options.limits);
  if (excess !== undefined) throw new ProtocolFault(REASON.topic_name_invalid, `the will's topic: ${excess}`);
  const { responseTopic } = will.message.properties ?? {};
  if (responseTopic !== undefined && topicNameFault(responseTopic) !== undefined) {
    throw new ProtocolFault(REASON.protocol_error, "the will's response topic is no topic name"); // [MQTT-3.1.3-18]
  }
}
