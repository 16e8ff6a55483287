//! A real server in the process.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use backend_api::clock::ManualClock;
use backend_api::import::{ImportContext, ImportReport, Silent, import_folder};
use backend_api::services::files::Files;
use backend_api::services::kit::limits::Limits;
use backend_api::services::kit::rights::{Role, Staff};
use backend_api::services::logins::{Caller, Door};
use backend_api::services::vault::Vault;
use backend_api::services::{bulletins, enrolment, sessions};
use backend_api::{Config, RunningServer, Server};
use contract::enrolment::ApproveRequest;
use contract::staff::SignInRequest;
use contract::terminal::TerminalKind;
use store::Store;
use tokio::runtime::Runtime;

use super::NOW_MS;

/// Login of the administrator that [`Backend::administrator`] makes.
pub const LOGIN: &str = "admin";
/// Its password.
pub const PASSWORD: &str = "correct horse 1921";

/// A server with a runtime of its own. It can be stopped and started again on the same port.
pub struct Backend {
    /// The server's clock; it stands still until it is moved.
    pub clock: ManualClock,
    config: Config,
    server: Option<RunningServer>,
    runtime: Runtime,
}

impl Backend {
    /// Starts a server on a free loopback port with its data in a folder. `change` may alter the
    /// configuration, e.g. admit every TV.
    ///
    /// # Errors
    /// When the folder or the database cannot be used.
    pub fn start(data: &Path, change: impl FnOnce(&mut Config)) -> anyhow::Result<Self> {
        let mut config = Config::local(data);
        config.watch_ms = 50;
        change(&mut config);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let mut backend = Self {
            clock: ManualClock::new(NOW_MS),
            config,
            server: None,
            runtime,
        };
        backend.start_again()?;
        Ok(backend)
    }

    /// Starts it again where it was stopped, on the same port.
    ///
    /// # Errors
    /// When the port is taken or the data cannot be used.
    pub fn start_again(&mut self) -> anyhow::Result<()> {
        ensure!(self.server.is_none(), "it runs already");
        let clock = Arc::new(self.clock.clone());
        let server = self
            .runtime
            .block_on(Server::start_with(self.config.clone(), clock))?;
        self.config.listen = server.addr;
        self.server = Some(server);
        Ok(())
    }

    /// Stops it; connections end.
    pub fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            self.runtime.block_on(server.stop());
        }
    }

    /// Its address, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.config.listen)
    }

    /// Runs something asynchronous on the server's runtime.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// The database of the running server.
    ///
    /// # Errors
    /// When it is stopped.
    pub fn store(&self) -> anyhow::Result<Store> {
        Ok(self
            .server
            .as_ref()
            .context("the server is stopped")?
            .store()
            .clone())
    }

    /// The running server.
    ///
    /// # Errors
    /// When it is stopped.
    pub fn server(&self) -> anyhow::Result<&RunningServer> {
        self.server.as_ref().context("the server is stopped")
    }

    /// Imports a content folder, as `backend-api import` does.
    ///
    /// # Errors
    /// When the import cannot go on; mistakes in the folder are in the report.
    pub fn import(&self, folder: &Path) -> anyhow::Result<ImportReport> {
        let store = self.store()?;
        let vault = Arc::new(Vault::open(&self.config, &store)?);
        let context = ImportContext {
            cameras: Arc::default(),
            store,
            vault,
            files: Files::of(&self.config)?,
            cache_dir: self.config.data_dir.join("import-cache"),
            clock: Arc::new(self.clock.clone()),
            cancel: Arc::default(),
            runtime: self.runtime.handle().clone(),
        };
        Ok(self
            .runtime
            .block_on(import_folder(&context, folder, false, Box::new(Silent)))?)
    }

    /// Approves the box that shows this code, as a household of an organization.
    ///
    /// # Errors
    /// When nobody shows the code or the organization is unknown.
    pub fn approve(&self, user_code: &str, organization_code: &str) -> anyhow::Result<()> {
        let request = ApproveRequest {
            organization_code: organization_code.to_owned(),
            kind: TerminalKind::Household,
            name: "12 号".to_owned(),
            household_id: None,
            replace_tv: false,
        };
        self.approve_as(user_code, &request)
    }

    /// Approves the box that shows this code, as whatever the request says.
    ///
    /// # Errors
    /// When nobody shows the code, or something the request names is unknown.
    pub fn approve_as(&self, user_code: &str, request: &ApproveRequest) -> anyhow::Result<()> {
        let now_ms = backend_api::clock::Clock::now_ms(&self.clock);
        enrolment::approve(&self.store()?, None, user_code, request, now_ms)
            .map_err(|error| anyhow::anyhow!("{error:?}"))
    }

    /// Asks the API as a member of the staff; whatever it answers with success, as JSON.
    ///
    /// # Errors
    /// When it does not answer, or refuses; with what it says.
    pub fn ask(
        &self,
        token: &str,
        method: &reqwest::Method,
        path: &str,
        body: &serde_json::Value,
    ) -> anyhow::Result<serde_json::Value> {
        let request = reqwest::Client::new()
            .request(method.clone(), format!("{}/api/v1{path}", self.url()))
            .bearer_auth(token)
            .json(body);
        self.block_on(async {
            let answer = request.send().await?;
            let status = answer.status();
            let text = answer.text().await?;
            ensure!(status.is_success(), "{method} {path}: {status} {text}");
            Ok(serde_json::from_str(&text).unwrap_or_default())
        })
    }

    /// An administrator of the whole township and the token to sign in with.
    ///
    /// # Errors
    /// When there is no organization yet.
    pub fn administrator(&self) -> anyhow::Result<(Staff, String)> {
        let store = self.store()?;
        let now_ms = backend_api::clock::Clock::now_ms(&self.clock);
        let root = store
            .read(store::organizations::root)?
            .context("no organization")?;
        let explain =
            |error: backend_api::services::kit::error::ServiceError| anyhow::anyhow!("{error:?}");
        if !store.read(store::staff::any_account)? {
            sessions::create_account(
                &store,
                LOGIN,
                PASSWORD,
                &root.code,
                Role::PlatformAdministrator,
                now_ms,
            )?;
        }
        let vault = Vault::open(&self.config, &store)?;
        let request = SignInRequest {
            login: LOGIN.to_owned(),
            password: PASSWORD.to_owned(),
            totp: None,
        };
        let door = Door {
            store: &store,
            vault: &vault,
            limits: &Arc::new(Limits::new(&self.config)),
        };
        let (rules, caller) = (&self.config.sessions, Caller::default());
        let session = sessions::sign_in(door, rules, &request, &caller, now_ms)
            .map_err(explain)?
            .session;
        let staff =
            sessions::authenticate(&store, &session.access_token, now_ms).map_err(explain)?;
        Ok((staff, session.access_token))
    }

    /// Takes a published bulletin back.
    ///
    /// # Errors
    /// When it is not published.
    pub fn withdraw(&self, id: &str) -> anyhow::Result<()> {
        let (staff, token) = self.administrator()?;
        let explain =
            |error: backend_api::services::kit::error::ServiceError| anyhow::anyhow!("{error:?}");
        let bulletin = bulletins::get(&self.store()?, &staff, id).map_err(explain)?;
        let request = reqwest::Client::new()
            .post(format!("{}/api/v1/bulletins/{id}/withdraw", self.url()))
            .bearer_auth(token)
            .header("if-match", format!("\"{}\"", bulletin.version));
        let answer = self.block_on(request.send())?;
        ensure!(answer.status().is_success(), "{}", answer.status());
        Ok(())
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.stop();
    }
}
