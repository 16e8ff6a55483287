"use strict";
// Staff sign in, see which box asks, and admit it. The session lives as long as this tab.

const byId = (id) => document.getElementById(id);
const forms = { signIn: byId("sign-in"), find: byId("find"), tvs: byId("tvs"), approve: byId("approve") };
let token = sessionStorage.getItem("token");
let organizations = null;
// What is being filled in: a box that waits or a terminal (`tv`), and what was chosen for it.
let chosen = {};
// Organizations and households listed at once: more do not fit a telephone.
const MOST = 8;

function show(form) {
  for (const other of Object.values(forms)) other.hidden = other !== form;
  byId("sign-out").hidden = !token;
}

function say(text, bad = false) {
  const message = byId("message");
  message.textContent = text;
  message.classList.toggle("bad", bad);
  if (text) message.scrollIntoView({ block: "nearest" });
}

class Refused extends Error {
  constructor(status, problem) {
    super((problem && problem.fields && problem.fields[0] && problem.fields[0].message) ||
      (problem && problem.title) || "服务器没有正常回答，请稍后再试。");
    this.status = status;
    this.code = problem && problem.code;
  }
}

async function ask(method, path, body) {
  const headers = {};
  if (token) headers.authorization = `Bearer ${token}`;
  if (body) headers["content-type"] = "application/json";
  let answer;
  try {
    answer = await fetch(`/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  } catch {
    throw new Refused(0, { title: "连不上服务器，请检查网络。" });
  }
  const text = await answer.text();
  let json = null;
  try { json = text ? JSON.parse(text) : null; } catch { /* not ours */ }
  if (!answer.ok) throw new Refused(answer.status, json);
  return json;
}

function forget() {
  token = null;
  organizations = null;
  sessionStorage.removeItem("token");
  show(forms.signIn);
}

function failed(error) {
  if (error.code === "unauthenticated" || error.code === "second_factor_due") forget();
  say(error.message, true);
}

function wired(form, action) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const buttons = form.querySelectorAll("button");
    buttons.forEach((button) => { button.disabled = true; });
    say("");
    try { await action(new FormData(form)); } catch (error) { failed(error); }
    buttons.forEach((button) => { button.disabled = false; });
  });
}

function normal(code) {
  const digits = code.normalize("NFKC").replace(/\D/g, "");
  return `${digits.slice(0, 4)}-${digits.slice(4)}`;
}

async function find(typed) {
  const code = normal(typed);
  const waiting = await ask("GET", "/enrolments");
  const box = waiting.find((one) => one.user_code === code);
  if (!box) {
    show(forms.find);
    say("没有电视在显示这个登记码。登记码 15 分钟后失效，请看电视上的新码。", true);
    return;
  }
  await load();
  byId("code").textContent = box.user_code;
  byId("hardware").textContent = box.hardware || "未说明";
  byId("requested").textContent = when(box.requested_at_ms);
  fill({});
}

async function load() {
  if (organizations) return;
  organizations = await ask("GET", "/organizations");
  const byParent = new Map(organizations.map((one) => [one.id, one]));
  for (const one of organizations) {
    const parent = byParent.get(one.parent_id);
    one.below = parent ? parent.name : "";
  }
}

// Shows the form for a box that waits, or for a terminal that is there already.
function fill(start) {
  chosen = { tv: null, organization: null, household: null, later: false, named: "", ...start };
  forms.approve.reset();
  const tv = chosen.tv;
  for (const id of ["box", "check", "decline"]) byId(id).hidden = Boolean(tv);
  byId("approve-back").hidden = !tv;
  byId("submit").textContent = tv ? "归到这一户" : "同意登记";
  forms.approve.elements.kind.parentElement.hidden = Boolean(tv);
  if (tv) forms.approve.elements.name.value = tv.name;
  if (!tv && organizations.length === 1) chosen.organization = organizations[0];
  listOrganizations();
  draw();
  show(forms.approve);
  searchHouseholds();
}

// Whatever zone the telephone is set to.
const when = (ms) => new Date(ms).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai" });

const isHome = () => forms.approve.elements.kind.value === "household";

// What depends on what was chosen.
function draw() {
  const { organization, household, later, tv } = chosen;
  byId("household").hidden = !isHome();
  byId("household-chosen").hidden = !household && !later;
  byId("household-search").hidden = Boolean(household || later);
  byId("later").hidden = Boolean(tv);
  byId("later-warn").hidden = !later;
  byId("household-text").textContent = later ? "以后再选户" :
    household ? `${household.organization.name} ${household.name}` : "";
  const taken = household && (household.terminal ? `“${household.terminal.name}”` : household.awaited && "另一台正在登记的电视");
  byId("replace").hidden = !taken;
  byId("replace-text").textContent = taken ? `这一户已有电视${taken}。换成这一台，那一台上就不能再签到` : "";
  byId("organization").hidden = Boolean(tv) || (isHome() && Boolean(household));
  byId("organization-chosen").hidden = !organization;
  byId("organization-search").hidden = Boolean(organization);
  byId("organization-text").textContent = organization ? `${organization.name}（${organization.code}）` : "";
}

function choice(text, lines, act) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.append(text);
  for (const [line, taken] of lines) {
    const small = document.createElement("small");
    small.textContent = line;
    small.classList.toggle("taken", Boolean(taken));
    button.append(small);
  }
  button.addEventListener("click", () => {
    say("");
    act();
  });
  item.append(button);
  return item;
}

const words = (text) => text.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);

function listOrganizations() {
  const wanted = words(forms.approve.elements.organization_words.value);
  const found = organizations.filter((one) => {
    const text = `${one.name} ${one.code} ${one.below}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  byId("organization-list").replaceChildren(...found.slice(0, MOST).map((one) => choice(
    one.name, [[one.below ? `${one.below} · ${one.code}` : one.code]], () => {
      chosen.organization = one;
      chosen.household = null;
      suggest(one.name);
      draw();
      searchHouseholds();
    })));
  byId("organization-note").textContent = found.length === 0 ? "没有这样的组织，请换个词。" :
    found.length > MOST ? `还有 ${found.length - MOST} 个，请输入名称或代码来查找。` : "";
}

// The name, until somebody writes another one.
function suggest(name) {
  const input = forms.approve.elements.name;
  if (chosen.tv || (input.value && input.value !== chosen.named)) return;
  chosen.named = name.slice(0, 40);
  input.value = chosen.named;
}

let searching = 0;
async function searchHouseholds() {
  if (!isHome()) return;
  const turn = ++searching;
  const note = byId("household-note");
  const query = new URLSearchParams({ q: forms.approve.elements.household_words.value });
  if (chosen.organization) query.set("organization_code", chosen.organization.code);
  let found;
  try {
    found = await ask("GET", `/enrolments/households?${query}`);
  } catch (error) {
    // Only the newest question counts.
    if (turn === searching) failed(error);
    return;
  }
  if (turn !== searching) return;
  const where = chosen.organization ? `${chosen.organization.name}` : "您管理的组织";
  byId("household-list").replaceChildren(...found.items.slice(0, MOST).map((one) => {
    const people = one.members.map((member) => member.name).join("、");
    const lines = [[people || "还没有登记家里人，选了也没有人能签到", !people]];
    if (one.terminal) lines.push([`已有电视“${one.terminal.name}”`, true]);
    else if (one.awaited) lines.push(["有一台电视正在登记", true]);
    return choice(`${one.organization.name} ${one.name}`, lines, () => {
      chosen.household = one;
      chosen.later = false;
      chosen.before = chosen.organization;
      chosen.organization = { name: one.organization.name, code: one.organization_code };
      forms.approve.elements.replace.checked = false;
      suggest(one.name.startsWith(one.organization.name) ? one.name : `${one.organization.name} ${one.name}`);
      draw();
    });
  }));
  note.textContent = !found.any ? `${where}还没有登记任何一户。请先导入户，现在可以选“以后再选户”。` :
    found.items.length === 0 ? "没有找到这样的户，请换个词。" :
    found.more || found.items.length > MOST ? "还有更多，请输入户名、姓名或村名来查找。" : "";
}

async function listHomeless() {
  const wanted = words(forms.tvs.elements.search.value);
  const page = await ask("GET", "/terminals?without_household=true&limit=200");
  const found = page.items.filter((one) => {
    const text = `${one.name} ${one.organization.name}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  byId("tv-list").replaceChildren(...found.slice(0, 2 * MOST).map((one) => choice(
    one.name, [[`${one.organization.name} · ${when(one.enrolled_at_ms)}登记`]], async () => {
      say("");
      try {
        await load();
        const organization = organizations.find((other) => other.id === one.organization.id) || null;
        fill({ tv: one, organization });
      } catch (error) { failed(error); }
    })));
  byId("tv-note").textContent = page.items.length === 0 ? "没有这样的电视：户内电视都有户了。" :
    found.length === 0 ? "没有找到，请换个词。" :
    found.length > 2 * MOST || page.next ? "还有更多，请输入名称或村名来查找。" : "";
}

wired(forms.signIn, async (data) => {
  const second = byId("second-factor");
  let session;
  try {
    session = await ask("POST", "/staff/sessions", {
      login: data.get("login"), password: data.get("password"), totp: data.get("totp") || undefined,
    });
  } catch (error) {
    if (error.code === "second_factor") {
      second.hidden = false;
      second.querySelector("input").focus();
    }
    throw error;
  }
  second.hidden = true;
  token = session.access_token;
  if (session.second_factor === "due") {
    // It can do nothing else; nobody leaves it lying about.
    await ask("DELETE", "/staff/sessions/current").catch(() => {});
    forget();
    say("这个账号必须先设置两步验证：请用浏览器打开本服务器的 /console 登录设置，再回到这里。", true);
    return;
  }
  sessionStorage.setItem("token", token);
  forms.signIn.reset();
  await begin();
});

wired(forms.find, (data) => find(data.get("code")));

wired(forms.approve, async (data) => {
  const { tv, household, later, organization } = chosen;
  const home = Boolean(tv) || isHome();
  if (home && !household && !(later && !tv)) {
    say(tv ? "请先选一户。" : "请选这是哪一户的电视，或者点“以后再选户”。", true);
    return;
  }
  if (!organization) {
    say("请选所属组织。", true);
    return;
  }
  if (home && household && (household.terminal || household.awaited) && !data.get("replace")) {
    say("这一户已有电视：请打勾确认更换，或者重选一户。", true);
    return;
  }
  const body = {
    organization_code: organization.code, kind: tv ? tv.kind : data.get("kind"), name: data.get("name"),
    household_id: home && household ? household.id : undefined, replace_tv: Boolean(data.get("replace")),
  };
  if (tv) await ask("PUT", `/terminals/${tv.id}`, body);
  else await ask("POST", `/enrolments/${byId("code").textContent}/approve`, body);
  forms.approve.reset();
  forms.find.reset();
  show(forms.find);
  say(tv ? "已归到这一户，电视几秒后就知道。" : home && !household ?
    "已登记，电视几秒后会自动打开首页。它还没有户，家里人不能签到：请记得以后给它选户。" :
    "已登记，电视几秒后会自动打开首页。");
});

forms.approve.elements.organization_words.addEventListener("input", listOrganizations);
forms.approve.elements.household_words.addEventListener("input", searchHouseholds);
forms.approve.elements.kind.addEventListener("change", () => { draw(); searchHouseholds(); });
// Whoever goes on has read what was said.
forms.approve.addEventListener("input", () => say(""));
// A search field that is done with on a telephone must not send the form.
forms.approve.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.type === "search") event.preventDefault();
});
forms.tvs.addEventListener("submit", (event) => event.preventDefault());

byId("organization-change").addEventListener("click", () => {
  chosen.organization = null;
  draw();
  searchHouseholds();
});
byId("household-change").addEventListener("click", () => {
  // The village came with the household.
  if (chosen.household) chosen.organization = chosen.before;
  chosen.household = null;
  chosen.later = false;
  draw();
  searchHouseholds();
});
byId("later").addEventListener("click", () => {
  say("");
  chosen.later = true;
  draw();
});
byId("homeless").addEventListener("click", async () => {
  say("");
  forms.tvs.reset();
  show(forms.tvs);
  try { await listHomeless(); } catch (error) { failed(error); }
});
forms.tvs.elements.search.addEventListener("input", () => { listHomeless().catch(failed); });
byId("tvs-back").addEventListener("click", () => show(forms.find));
byId("approve-back").addEventListener("click", () => show(forms.tvs));

byId("decline").addEventListener("click", async () => {
  try {
    await ask("POST", `/enrolments/${byId("code").textContent}/decline`);
    show(forms.find);
    say("已拒绝。");
  } catch (error) { failed(error); }
});

byId("sign-out").addEventListener("click", async () => {
  try { await ask("DELETE", "/staff/sessions/current"); } catch { /* it is forgotten here anyway */ }
  forget();
  say("已退出登录。");
});

async function begin() {
  const code = new URLSearchParams(location.search).get("code");
  show(forms.find);
  if (code) {
    forms.find.elements.code.value = code;
    await find(code);
  }
}

if (token) begin().catch(failed); else show(forms.signIn);
