"use strict";
// Staff sign in, see which box asks, and admit it. The session lives as long as this tab.

const byId = (id) => document.getElementById(id);
const forms = { signIn: byId("sign-in"), find: byId("find"), approve: byId("approve") };
let token = sessionStorage.getItem("token");
let organizations = null;

function show(form) {
  for (const other of Object.values(forms)) other.hidden = other !== form;
  byId("sign-out").hidden = !token;
}

function say(text, bad = false) {
  const message = byId("message");
  message.textContent = text;
  message.classList.toggle("bad", bad);
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
  if (error.code === "unauthenticated") forget();
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
  if (!organizations) {
    organizations = await ask("GET", "/organizations");
    const select = forms.approve.elements.organization;
    select.replaceChildren(...organizations.map((one) => new Option(`${one.name}（${one.code}）`, one.code)));
  }
  byId("code").textContent = box.user_code;
  byId("hardware").textContent = box.hardware || "未说明";
  byId("requested").textContent = new Date(box.requested_at_ms).toLocaleString("zh-CN");
  show(forms.approve);
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
  sessionStorage.setItem("token", token);
  forms.signIn.reset();
  await begin();
});

wired(forms.find, (data) => find(data.get("code")));

wired(forms.approve, async (data) => {
  await ask("POST", `/enrolments/${byId("code").textContent}/approve`, {
    organization_code: data.get("organization"), kind: data.get("kind"), name: data.get("name"),
  });
  forms.approve.reset();
  forms.find.reset();
  show(forms.find);
  say("已登记，电视几秒后会自动打开首页。");
});

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
