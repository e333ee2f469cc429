// A Central System on the npm package ocpp-rpc: its server, its validation, its errors; the answers are ours.
//
//   node ocpp_rpc_peer.cjs PORT_FILE      writes {"ocpp": N, "api": N} once both listen on loopback
//
// POST /api/octt/1.6/{chargePointId}/{action} with the .req payload as body makes it send that CALL.
"use strict";
const fs = require("node:fs");
const http = require("node:http");
const { RPCServer, createRPCError } = require("ocpp-rpc");

const TAGS = new Map([["TAG-EXPIRED", { status: "Expired" }], ["TAG-BLOCKED", { status: "Blocked" }]]);
for (let lane = 1; lane <= 8; lane += 1)
  for (const series of [0, 1])
    TAGS.set(`TAG-${series}0${lane}`, { status: "Accepted", parentIdTag: `PARENT-00${lane}` });
const tag = (name) => ({ ...(TAGS.get(String(name).toUpperCase()) ?? { status: "Invalid" }) });
const now = () => new Date().toISOString();

let number = 4711;
const points = new Map();
const transactions = new Map();
const versions = new Map();
const reservations = new Map();

const ANSWERS = {
  BootNotification: () => ({ status: "Accepted", currentTime: now(), interval: 2 }),
  Heartbeat: () => ({ currentTime: now() }),
  Authorize: ({ idTag }) => ({ idTagInfo: tag(idTag) }),
  StartTransaction: (req, id) => {
    const idTagInfo = tag(req.idTag);
    number += 1;
    transactions.set(number, { ...req, id, open: idTagInfo.status === "Accepted" });
    return { transactionId: number, idTagInfo };
  },
  StopTransaction: (req) => {
    transactions.delete(req.transactionId);
    return "idTag" in req ? { idTagInfo: tag(req.idTag) } : {};
  },
  StatusNotification: () => ({}),
  MeterValues: () => ({}),
  FirmwareStatusNotification: () => ({}),
  DiagnosticsStatusNotification: () => ({}),
  DataTransfer: () => ({ status: "UnknownVendorId" }),
};

function runningAt(id) {
  const mine = [...transactions].filter(([, one]) => one.id === id && one.open);
  return mine.length ? mine.at(-1)[0] : undefined;
}

const COMPLETE = {
  RemoteStopTransaction: (req, id) => ({ transactionId: runningAt(id) ?? 1, ...req }),
  ReserveNow: (req, id) => {
    const full = { reservationId: ++number, ...req };
    reservations.set(id, full.reservationId);
    const parent = tag(full.idTag).parentIdTag;
    return parent ? { parentIdTag: parent, ...full } : full;
  },
  CancelReservation: (req, id) => ({ reservationId: reservations.get(id) ?? 1, ...req }),
  SendLocalList: (req, id) => {
    versions.set(id, (versions.get(id) ?? 0) + 1);
    const entries = req.localAuthorizationList ?? [{ idTag: "TAG-001" }];
    return {
      listVersion: versions.get(id), ...req,
      localAuthorizationList: entries.map((one) => ({ idTagInfo: tag(one.idTag), ...one })),
    };
  },
  SetChargingProfile: (req, id) => {
    const profile = { chargingProfileId: ++number, ...req.csChargingProfiles };
    const wantsOne = profile.chargingProfilePurpose === "TxProfile" && !("transactionId" in profile);
    if (wantsOne && runningAt(id) !== undefined) profile.transactionId = runningAt(id);
    return { ...req, csChargingProfiles: profile };
  },
  RemoteStartTransaction: (req) =>
    req.chargingProfile ? { ...req, chargingProfile: { chargingProfileId: ++number, ...req.chargingProfile } } : req,
};

const server = new RPCServer({ protocols: ["ocpp1.6"], strictMode: true });
server.auth((accept) => accept());
server.on("client", (client) => {
  points.set(client.identity, client);
  client.handle(({ method, params }) => {
    if (!(method in ANSWERS)) throw createRPCError("NotImplemented");
    return ANSWERS[method](params, client.identity);
  });
  client.on("close", () => points.get(client.identity) === client && points.delete(client.identity));
});

async function wish(request, response) {
  const [, , , , id, action] = request.url.split("/").map(decodeURIComponent);
  let text = "";
  for await (const part of request) text += part;
  const client = points.get(id);
  if (!client) return response.writeHead(404).end("not connected");
  const wanted = JSON.parse(text || "{}");
  const payload = (COMPLETE[action] ?? ((req) => req))(wanted, id);
  client.call(action, payload).catch((error) => console.error(id, action, error.message));
  response.writeHead(202).end();
}

async function main() {
  const listening = await server.listen(0, "127.0.0.1");
  const api = http.createServer((request, response) =>
    wish(request, response).catch((error) => response.writeHead(400).end(error.message)));
  await new Promise((resolve) => api.listen(0, "127.0.0.1", resolve));
  const ports = { ocpp: listening.address().port, api: api.address().port };
  fs.writeFileSync(`${process.argv[2]}.new`, JSON.stringify(ports));
  fs.renameSync(`${process.argv[2]}.new`, process.argv[2]);
}

main();
