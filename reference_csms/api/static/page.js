// The status page of the reference CSMS: it shows what the control API knows, and its buttons order CALLs there.
"use strict";

const later = (minutes) => new Date(Date.now() + minutes * 60000).toISOString();
const period = (limit) => ({ chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, limit }] });
const profile = (purpose, kind) => ({
  chargingProfileId: 1, stackLevel: 0, chargingProfilePurpose: purpose, chargingProfileKind: kind,
  chargingSchedule: { startSchedule: later(0), duration: 300, ...period(6) },
});

// One button each; what it shows is a proposal, made anew at each press.
const PROPOSALS = {
  CancelReservation: () => ({}),
  CertificateSigned: () => ({ certificateChain: "" }),
  ChangeAvailability: () => ({ connectorId: 1, type: "Inoperative" }),
  ChangeConfiguration: () => ({ key: "MeterValueSampleInterval", value: "60" }),
  ClearCache: () => ({}),
  ClearChargingProfile: () => ({ connectorId: 1 }),
  DataTransfer: () => ({ vendorId: "org.example" }),
  DeleteCertificate: () => ({}),
  ExtendedTriggerMessage: () => ({ requestedMessage: "Heartbeat" }),
  GetCompositeSchedule: () => ({ connectorId: 1, duration: 300 }),
  GetConfiguration: () => ({ key: ["HeartbeatInterval"] }),
  GetDiagnostics: () => ({ location: "ftp://127.0.0.1/diagnostics" }),
  GetInstalledCertificateIds: () => ({ certificateType: "CentralSystemRootCertificate" }),
  GetLocalListVersion: () => ({}),
  GetLog: () => ({ logType: "SecurityLog", log: { remoteLocation: "ftp://127.0.0.1/log" } }),
  InstallCertificate: () => ({ certificateType: "CentralSystemRootCertificate", certificate: "" }),
  RemoteStartTransaction: () => ({ connectorId: 1, idTag: tagOf(chosen()) }),
  RemoteStopTransaction: () => ({}),
  ReserveNow: () => ({ connectorId: 1, idTag: tagOf(chosen()), expiryDate: later(30) }),
  Reset: () => ({ type: "Soft" }),
  SendLocalList: () => ({ updateType: "Full" }),
  SetChargingProfile: () => ({ connectorId: 1, csChargingProfiles: profile("TxDefaultProfile", "Absolute") }),
  SignedUpdateFirmware: () => ({
    firmware: { location: "ftp://127.0.0.1/firmware.bin", retrieveDateTime: later(1) },
  }),
  TriggerMessage: () => ({ requestedMessage: "StatusNotification", connectorId: 1 }),
  UnlockConnector: () => ({ connectorId: 1 }),
  UpdateFirmware: () => ({ location: "ftp://127.0.0.1/firmware.bin", retrieveDate: later(1) }),
};

const TABLES = {
  "charge-points": ["chargePointId", "connected", "connectors", "bootedAt"],
  transactions: ["transactionId", "chargePointId", "connectorId", "idTag", "startedAt", "stoppedAt"],
  reservations: ["reservationId", "chargePointId", "connectorId", "idTag", "expiryDate", "state"],
  calls: ["queuedAt", "chargePointId", "action", "state", "payload", "answer", "error"],
  frames: ["at", "chargePointId", "direction", "text"],
};

let token = "";
let action = "";
let keeping = 0;
const part = (id) => document.getElementById(id);
const chosen = () => part("charge-point").value;
const tagOf = (id) => `TAG-${(/(\d+)$/.exec(id) ?? ["", "1"])[1].padStart(3, "0")}`;
const say = (text) => { part("said").textContent = text; };

async function ask(path, options = {}) {
  const headers = { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...options.headers };
  const answer = await fetch(path, { ...options, headers });
  if (answer.status === 401) {
    part("log-in").hidden = false;
    throw new Error("It wants its token.");
  }
  const content = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Error(content?.detail ?? `HTTP ${answer.status}`);
  return content;
}

const shown = (value) => {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value) && value.every((one) => one?.status !== undefined))
    return value.map((one) => `${one.connectorId}: ${one.status}`).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};

function fill(id, rows) {
  const table = part(id);
  const names = TABLES[id].filter((name) => rows.some((row) => row[name] !== undefined && row[name] !== null));
  const line = (cells, kind) => {
    const row = document.createElement("tr");
    for (const [name, text] of cells) {
      const cell = document.createElement(kind);
      cell.textContent = text;
      if (name === "text" || name === "payload" || name === "answer") cell.className = "frame";
      row.append(cell);
    }
    return row;
  };
  const lines = rows.map((row) => line(names.map((name) => [name, shown(row[name])]), "td"));
  table.replaceChildren(...(rows.length ? [line(names.map((name) => [name, name]), "th"), ...lines] : []));
}

function choices(points) {
  const select = part("charge-point");
  const connected = points.filter((point) => point.connected).map((point) => point.chargePointId);
  const known = [...select.options].map((option) => option.value);
  if (connected.join("\n") !== known.join("\n")) {
    const before = select.value;
    select.replaceChildren(...connected.map((id) => new Option(id, id)));
    if (connected.includes(before)) select.value = before;
  }
  part("send").disabled = !(action && connected.length);
  return connected.length;
}

async function look() {
  try {
    const paths = Object.keys(TABLES).map((name) => `api/${name}`);
    const [points, ...others] = await Promise.all(paths.map((path) => ask(path)));
    const connected = choices(points);
    fill("charge-points", points);
    Object.keys(TABLES).slice(1).forEach((name, index) => fill(name, others[index].slice(-20).reverse()));
    if (!part("said").dataset.kept) say(`${connected} of ${points.length} Charge Points connected`);
    part("log-in").hidden = true;
  } catch (error) {
    say(error.message);
  }
  setTimeout(look, 1000);
}

function propose(name) {
  action = name;
  for (const button of part("actions").children) button.setAttribute("aria-pressed", String(button.dataset.action === name));
  part("action").textContent = `${name}.req`;
  part("payload").value = JSON.stringify(PROPOSALS[name](), null, 1);
  part("send").disabled = !chosen();
}

async function send() {
  const said = part("said");
  said.dataset.kept = "yes";
  clearTimeout(keeping);
  say(`Sending ${action} …`);
  try {
    JSON.parse(part("payload").value);
    const path = `api/octt/1.6/${encodeURIComponent(chosen())}/${action}`;
    const headers = { "Content-Type": "application/json" };
    const call = await ask(path, { method: "POST", headers, body: part("payload").value });
    say(`${call.action} to ${call.chargePointId}: ${call.state}`);
  } catch (error) {
    say(`${action} was not sent: ${error.message}`);
  }
  keeping = setTimeout(() => { delete said.dataset.kept; }, 5000);
}

for (const name of Object.keys(PROPOSALS)) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = name;
  button.dataset.action = name;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => propose(name));
  part("actions").append(button);
}
part("send").addEventListener("click", send);
part("log-in").addEventListener("submit", (event) => {
  event.preventDefault();
  token = part("token").value;
});
look();
