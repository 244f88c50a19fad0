// The form: what is offered to the unit, what is filled in, its pictures and its place. It knows nothing of sending.

const WIDEST = 1600, QUALITY = 0.82, SECONDS_MOST = 20;
const FIELDS = ["community", "category", "text", "address", "caller_kind", "caller_name", "caller_phone"];
const NEEDED = [["channel", "渠道"], ["community", "社区"], ["category", "事项类别"], ["text", "内容"]];
const PHONE = /^\+?[0-9-]{5,20}$/;
const form = document.getElementById("form");
const part = (id) => document.getElementById(id);
let offered = null, pictures = [], place = {}, number = newNumber(), changed = () => {};

export function newNumber() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Draw what a unit is offered; what is filled in stays.
export function offer(choices) {
  const filled = offered ? written() : null;
  offered = choices;
  part("channels").replaceChildren(...Object.entries(choices.channels).map(([code, name]) => radio(code, name)));
  fill(form.community, Object.entries(choices.communities), "请选择社区");
  if (Object.keys(choices.communities).length === 1) form.community.selectedIndex = 1;
  fill(form.caller_kind, Object.entries(choices.caller_kinds));
  drawCategories();
  if (filled) put(filled);
  drawCaller();
  form.hidden = false;
}

function radio(code, name) {
  const label = document.createElement("label"), input = document.createElement("input");
  Object.assign(input, { type: "radio", name: "channel", value: code });
  label.append(input, name);
  return label;
}

function fill(select, options, nothing) {
  const made = options.map(([value, name]) => new Option(name, value));
  select.replaceChildren(...(nothing ? [new Option(nothing, "")] : []), ...made);
}

function drawCategories() {
  const wanted = part("category-search").value.trim(), chosen = form.category.value;
  const fitting = offered.categories.filter(([code, group, name]) => `${code}${group}${name}`.includes(wanted) || code === chosen);
  const groups = new Map();
  for (const [code, group, name] of fitting) {
    if (!groups.has(group)) groups.set(group, Object.assign(document.createElement("optgroup"), { label: group }));
    groups.get(group).append(new Option(name, code));
  }
  const hint = wanted ? `筛选到 ${fitting.length} 个类别，请选择` : "请选择类别";
  form.category.replaceChildren(new Option(hint, ""), ...groups.values());
  form.category.value = chosen || (wanted && fitting.length === 1 ? fitting[0][0] : "");
}

// Return what is filled in now.
export function written() {
  const values = Object.fromEntries(FIELDS.map((name) => [name, form[name].value.trim()]));
  const channel = form.querySelector("[name=channel]:checked")?.value ?? "";
  if (part("caller").hidden) Object.assign(values, { caller_name: "", caller_phone: "" });
  const channel_name = offered?.channels[channel] ?? "";
  return { external_id: number, unit: offered?.unit, channel, channel_name, ...values, ...place, pictures: [...pictures] };
}

export const isEmpty = () => !written().text && !written().address && !written().caller_phone && pictures.length === 0;

// Fill the form with an entry, or empty it for the next one: where it is and what for stays as it was.
export function put(entry) {
  number = entry.external_id;
  for (const name of FIELDS) if (name !== "category") form[name].value = entry[name] ?? "";
  part("category-search").value = "";
  form.category.replaceChildren(new Option("", entry.category ?? ""));
  drawCategories();
  form.category.value = entry.category ?? "";
  for (const input of form.querySelectorAll("[name=channel]")) input.checked = input.value === entry.channel;
  pictures = [...(entry.pictures ?? [])];
  place = entry.lat == null ? {} : { lat: entry.lat, lon: entry.lon };
  drawPictures();
  drawPlace(place.lat == null ? "没有取位置" : "");
  drawCaller();
  say("");
}

export function next() {
  const { channel, community, caller_kind } = written();
  put({ external_id: newNumber(), channel, community, caller_kind });
}

// Say what is wrong, and where; tell whether the form may be saved.
export function isComplete() {
  const values = written();
  const missing = NEEDED.find(([name]) => !values[name]);
  if (missing) return say(`还没有填“${missing[1]}”。`, missing[0]);
  if (values.caller_phone && !PHONE.test(values.caller_phone)) return say("电话只能写数字，5 到 20 位。", "caller_phone");
  return say("");
}

export function say(sentence, field) {
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  part("fault").textContent = sentence;
  part("fault").hidden = !sentence;
  const first = field === "channel" ? form.querySelector("[name=channel]") : field && form[field];
  if (first?.setAttribute) {
    first.setAttribute("aria-invalid", "true");
    first.focus();
  }
  return !sentence;
}

function drawCaller() {
  part("caller").hidden = Boolean(offered) && form.caller_kind.value === Object.keys(offered.caller_kinds)[0];
}

// A patrol finds something itself; on a visit and in a forum somebody says it.
function suggestCaller(channel) {
  const [own, caller] = Object.keys(offered.caller_kinds);
  form.caller_kind.value = channel === "patrol" ? own : caller;
  drawCaller();
}

function drawPictures() {
  part("pictures").replaceChildren(...pictures.map((content, at) => {
    const row = document.createElement("li"), image = document.createElement("img"), button = document.createElement("button");
    image.src = URL.createObjectURL(new Blob([content], { type: "image/jpeg" }));
    image.onload = () => URL.revokeObjectURL(image.src);
    image.alt = `图片 ${at + 1}`;
    Object.assign(button, { type: "button", textContent: "×", ariaLabel: `删去图片 ${at + 1}` });
    button.onclick = () => {
      pictures.splice(at, 1);
      drawPictures();
      changed();
    };
    row.append(image, button);
    return row;
  }));
}

// Make a picture small enough for a telephone's line; what the camera wrote into it stays behind.
async function shrunk(file) {
  const image = await createImageBitmap(file);
  const scale = Math.min(1, WIDEST / Math.max(image.width, image.height));
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(image.width * scale), height: Math.round(image.height * scale) });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  return blob.arrayBuffer();
}

async function addPictures(files) {
  say("");
  for (const file of files) {
    if (pictures.length >= offered.pictures_most) {
      say(`一条最多 ${offered.pictures_most} 张图片。`);
      break;
    }
    try {
      pictures.push(await shrunk(file));
    } catch {
      say(`图片“${file.name}”打不开。请换一张，或重新拍摄。`);
    }
  }
  drawPictures();
  changed();
}

function drawPlace(sentence) {
  const known = place.lat != null;
  part("place").textContent = known ? `已取位置 ${place.lat.toFixed(5)}，${place.lon.toFixed(5)}` : sentence;
  part("unlocate").hidden = !known;
}

function locate() {
  if (!navigator.geolocation) return drawPlace("这个浏览器不给位置，请写明地点。");
  drawPlace("正在取位置…");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      place = { lat: coords.latitude, lon: coords.longitude };
      drawPlace("");
      changed();
    },
    ({ code }) => drawPlace(code === 1 ? "没有允许取位置，请写明地点。" : "没有取到位置，请写明地点。"),
    { enableHighAccuracy: true, timeout: SECONDS_MOST * 1000, maximumAge: 0 },
  );
}

export function begin(told) {
  changed = told;
  form.addEventListener("input", (event) => {
    if (event.target.name === "channel") suggestCaller(event.target.value);
    if (event.target.name === "caller_kind") drawCaller();
    if (event.target.id === "category-search") drawCategories();
    changed();
  });
  part("camera").addEventListener("change", async (event) => {
    const files = [...event.target.files];
    event.target.value = "";
    await addPictures(files);
  });
  part("locate").addEventListener("click", locate);
  part("unlocate").addEventListener("click", () => {
    place = {};
    drawPlace("没有取位置");
    changed();
  });
}
