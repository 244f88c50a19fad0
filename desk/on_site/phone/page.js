// 现场登记: the page. It draws what the phone keeps and lets its parts work: form.js, keeper.js, sender.js.

import * as form from "./form.js";
import * as keeper from "./keeper.js";
import { sendAll } from "./sender.js";

const AGAIN_SECONDS = 30, DRAFT_MILLISECONDS = 300;
const NOT_KEPT = "这部手机存不下了，这一条没有保存。请腾出空间后再按“保存并发送”，现在不要关掉本页。";
const part = (id) => document.getElementById(id);
const element = (name, text, style) => Object.assign(document.createElement(name), { textContent: text ?? "", className: style ?? "" });
let drafting = null, editing = false, sending = null;

function notice(sentence) {
  part("notice").textContent = sentence;
  part("notice").hidden = !sentence;
}

function moment(milliseconds) {
  const at = new Date(milliseconds), two = (number) => String(number).padStart(2, "0");
  return `${at.getMonth() + 1}月${at.getDate()}日 ${two(at.getHours())}:${two(at.getMinutes())}`;
}

function drawLine() {
  part("line").textContent = navigator.onLine ? "有网络" : "没有网络";
  part("line").classList.toggle("on", navigator.onLine);
}

async function draw() {
  const [waiting, sent] = await Promise.all([keeper.entries(), keeper.sent()]);
  part("count").textContent = waiting.length;
  part("empty").hidden = waiting.length > 0;
  part("send").disabled = !waiting.some((entry) => entry.state !== "refused");
  part("entries").replaceChildren(...waiting.map(row));
  part("sent").replaceChildren(...sent.map(sentRow));
  part("sent-card").hidden = sent.length === 0;
}

function stateOf(entry) {
  if (entry.held) return "正在更正，还没有保存";
  if (entry.state === "refused") return "已退回，请更正";
  return entry.external_id === sending ? "正在发送" : "未发送";
}

function row(entry) {
  const made = element("li"), head = element("div", "", "head"), deeds = element("div", "", "line");
  const pictures = entry.pictures.length ? `　图片 ${entry.pictures.length} 张` : "";
  const refused = entry.state === "refused";
  head.append(element("span", `${moment(entry.written_at)}　${entry.channel_name}${pictures}`, "muted"));
  head.append(element("span", stateOf(entry), refused ? "late" : "state"));
  made.append(head, element("div", entry.text, "words"));
  if (entry.reason) made.append(element("div", entry.reason, refused ? "late" : "muted"));
  if (refused || !entry.tried) deeds.append(deed("更正", () => edit(entry)));
  deeds.append(deed("删除", () => discard(entry)));
  if (entry.external_id !== sending) made.append(deeds);
  return made;
}

function deed(name, act) {
  const button = element("button", name, "link");
  button.type = "button";
  button.addEventListener("click", act);
  return button;
}

function sentRow(entry) {
  const made = element("li"), head = element("div", "", "head"), number = element("a", entry.request_id, "number");
  number.href = `/requests/${entry.request_id}`;
  head.append(number, element("span", `${moment(entry.written_at)}　${entry.channel_name}`, "muted"));
  made.append(head);
  if (entry.result === "merged") made.append(element("div", "同一诉求人的同类诉求正在办理，已并入。", "muted"));
  return made;
}

async function edit(entry) {
  if (!editing && !form.isEmpty()) return notice("正在写的一条还没有保存。请先保存，再更正这一条。");
  await keeper.note(entry.external_id, { held: true });
  form.put(entry);
  drawEditing(true);
  form.say(entry.reason ?? "", entry.field);
  part("form").scrollIntoView();
  await keepDraft();
  await draw();
}

async function discard(entry) {
  const perhaps = entry.tried ? "它可能已经送到；删除只清掉手机里的这一份。" : "它还没有发送，删除后找不回来。";
  if (!window.confirm(`删除这一条？${perhaps}`)) return;
  await keeper.remove(entry.external_id);
  await draw();
}

async function keepDraft() {
  clearTimeout(drafting);
  drafting = null;
  try {
    await keeper.keep("draft", { ...form.written(), editing });
  } catch {
    notice(NOT_KEPT);
  }
}

function drawEditing(now) {
  editing = now;
  part("form-title").textContent = now ? "更正" : "写一条";
  part("cancel").hidden = !now;
}

async function save(event) {
  event.preventDefault();
  if (!form.isComplete() || part("save").disabled) return;
  part("save").disabled = true; // pressed twice it is one entry
  await saved().finally(() => (part("save").disabled = false));
}

async function saved() {
  clearTimeout(drafting);
  const entry = form.written(), before = await keeper.entry(entry.external_id);
  if (editing && (!before || before.tried)) { // it was on its way when the correction began
    form.put({ ...entry, external_id: form.newNumber() });
    drawEditing(false);
    return form.say("这一条已经送出，不能再改。要补充的，请改成新的一条再保存。");
  }
  const fresh = { written_at: before?.written_at ?? Date.now(), state: "waiting", held: false, tried: false, reason: "" };
  try {
    await keeper.save({ ...entry, ...fresh });
  } catch {
    return notice(NOT_KEPT);
  }
  notice("");
  drawEditing(false);
  form.next();
  await draw();
  navigator.storage?.persist?.();
  send();
}

async function send() {
  await sendAll(async (number) => {
    sending = number;
    await draw();
  }).catch(() => notice("发送时出了错，登记仍在手机里。请刷新本页。"));
}

async function sendNow() {
  notice(navigator.onLine ? "" : "现在没有网络。登记保存在手机里，连上后自动发送。");
  await send();
}

async function cancel() {
  await keeper.note(form.written().external_id, { held: false });
  drawEditing(false);
  form.next();
  await keeper.forget("draft");
  await draw();
}

// What the unit is offered: the phone knows what the desk said last; the desk may say something else now.
async function refresh(unit, known) {
  if (!unit) return notice("请从“单位工作台”打开本单位，再按“现场登记”。");
  const asked = await fetch(`choices/${encodeURIComponent(unit)}`).catch(() => null);
  const told = (await asked?.json().catch(() => null)) ?? {};
  if (asked?.ok && told.unit === unit) {
    await keeper.keep(`choices/${unit}`, told);
    await keeper.keep("unit", unit);
    if (JSON.stringify(told) !== JSON.stringify(known)) show(told);
    if (!known) await restore();
  } else if (told.error || !known) {
    notice(told.error ?? "第一次使用须联网打开本页一次。");
  }
}

function show(choices) {
  part("unit").textContent = choices.name;
  form.offer(choices);
}

async function restore() {
  const draft = await keeper.kept("draft");
  if (!draft || !form.isEmpty()) return;
  form.put(draft);
  drawEditing(draft.editing);
}

async function begin() {
  form.begin(() => {
    clearTimeout(drafting);
    drafting = setTimeout(keepDraft, DRAFT_MILLISECONDS);
  });
  const unit = new URLSearchParams(location.search).get("unit") ?? (await keeper.kept("unit"));
  const known = unit && (await keeper.kept(`choices/${unit}`));
  if (known) {
    show(known);
    await restore();
  }
  await draw();
  await Promise.all([refresh(unit, known), send()]);
}

async function keepThePage() {
  if (!navigator.serviceWorker) {
    part("ready").textContent = "这个地址不能离线打开（须用 https）；写好的登记仍保存在这部手机里。";
    return;
  }
  await navigator.serviceWorker.register("worker.js");
  await navigator.serviceWorker.ready;
  part("ready").textContent = "本页已存入手机，没有网络也能打开。";
}

part("form").addEventListener("submit", save);
part("send").addEventListener("click", sendNow);
part("cancel").addEventListener("click", cancel);
window.addEventListener("online", () => (drawLine(), send()));
window.addEventListener("offline", drawLine);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") send();
  else if (drafting) keepDraft();
});
setInterval(() => navigator.onLine && !part("send").disabled && send(), AGAIN_SECONDS * 1000);
drawLine();
keepThePage().catch(() => {});
begin().catch(() => notice("这个浏览器不能保存登记（可能开了无痕模式）。请换一个浏览器窗口再用。"));
