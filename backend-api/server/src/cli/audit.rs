//! `backend-api audit verify`

use std::process::ExitCode;

use store::audit::{self, Fault, Head};

use crate::config::Config;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// 检查审计日志的每一条，有改动或缺失就报告
    Verify {
        /// 以前抄下的“序号:校验值”；用来发现末尾被截去
        #[arg(long, value_name = "SEQ:HASH", value_parser = head)]
        expect: Option<Head>,
    },
}

pub(super) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Command::Verify { expect } = &arguments.command;
    let (store, _lock) = super::open(config)?;
    let (verified, kept) = store.read(|tx| {
        let verified = audit::verify(tx)?;
        let kept = match expect {
            Some(expected) if expected.seq > 0 => audit::hash_at(tx, expected.seq)?,
            _ => None,
        };
        Ok::<_, store::Error>((verified, kept))
    })?;
    let mut wrong: Vec<String> = verified.faults.iter().map(said).collect();
    if let Some(expected) = expect
        && kept.as_deref() != Some(&expected.hash)
    {
        wrong.push(format!(
            "第 {} 条不是以前抄下的那一条，或已被删去",
            expected.seq
        ));
    }
    if wrong.is_empty() {
        let Head { seq, hash } = verified.head;
        super::print(&format!(
            "审计日志共 {seq} 条，没有发现改动。\n\
             请把下面这一行抄到别处，下次用 --expect 核对：\n{seq}:{hash}\n"
        ))?;
        return Ok(ExitCode::SUCCESS);
    }
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
        Fault::Head { newest } => format!("第 {newest} 条之后的记录被删去，或末尾标记被改动"),
    }
}

fn head(text: &str) -> Result<Head, String> {
    let wrong = || "请照抄上次核对时给出的一行，例如 120:3f5a…".to_owned();
    let (seq, hash) = text.trim().split_once(':').ok_or_else(wrong)?;
    Ok(Head {
        seq: seq.parse().map_err(|_| wrong())?,
        hash: hash.to_owned(),
    })
}
