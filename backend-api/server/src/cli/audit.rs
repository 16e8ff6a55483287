//! `backend-api audit verify`, `backend-api audit head`

use std::process::ExitCode;

use store::audit::{self, Fault, Head};

use crate::config::Config;
use crate::services::heads;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// 检查审计日志的每一条，有改动、缺失或末尾被截去就报告
    Verify {
        /// 以前抄在别处的“序号:校验值”，可以写几次；数据文件夹里每天记下的会自动核对
        #[arg(long = "head", alias = "expect", value_name = "SEQ:HASH", value_parser = head)]
        heads: Vec<Head>,
    },
    /// 显示审计日志的末尾“序号:校验值”，请抄到别处
    Head,
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    // With its keys: nobody can verify without.
    let (store, _lock) = super::open_to_write(config)?;
    let Command::Verify { heads } = &arguments.command else {
        let head = store.read(audit::head)?;
        super::print(&format!("{}\n", heads::written(&head)))?;
        return Ok(ExitCode::SUCCESS);
    };
    let kept = heads::kept(&config.data_dir)?;
    let known = kept.len();
    let all: Vec<Head> = kept.into_iter().chain(heads.iter().cloned()).collect();
    let verified = store.read(|tx| audit::verify_with(tx, &all))?;
    if verified.faults.is_empty() {
        let head = heads::written(&verified.head);
        let seq = verified.head.seq;
        let plain = match verified.keyed_from {
            Some(from) if from > 1 => format!("第 {from} 条以前的是旧记录，没有用密钥。\n"),
            None if seq > 0 => "都是旧记录，没有用密钥。\n".to_owned(),
            _ => String::new(),
        };
        super::print(&format!(
            "审计日志共 {seq} 条，没有发现改动；与以前记下的 {known} 个末尾相符。\n{plain}\
             请把下面这一行抄到别处，下次用 --head 核对：\n{head}\n"
        ))?;
        return Ok(ExitCode::SUCCESS);
    }
    let wrong: Vec<String> = verified.faults.iter().map(said).collect();
    super::print(&format!(
        "审计日志有 {} 处不对：\n  {}\n",
        wrong.len(),
        wrong.join("\n  ")
    ))?;
    Ok(ExitCode::FAILURE)
}

fn said(fault: &Fault) -> String {
    match fault {
        Fault::Missing { from, to } if from == to => format!("第 {from} 条缺失"),
        Fault::Missing { from, to } => format!("第 {from} 到 {to} 条缺失"),
        Fault::Changed { seq } => format!("第 {seq} 条或它前面的一条被改动"),
        Fault::NoKey { seq, key } => {
            format!("第 {seq} 条起用的密钥 {key} 不在密钥文件里，不能核对；请放回原来的密钥文件")
        }
        Fault::Head { newest } => format!("第 {newest} 条之后的记录被删去，或末尾标记被改动"),
        Fault::Kept { seq } => format!("第 {seq} 条不是以前记下的那一条，或已被删去"),
    }
}

fn head(text: &str) -> Result<Head, String> {
    heads::read(text).ok_or_else(|| "请照抄上次核对时给出的一行，例如 120:3f5a…".to_owned())
}
