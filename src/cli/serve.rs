//! `recto serve`: shows the site in the browser, and says in the terminal what is wrong with it.

use std::net::{IpAddr, ToSocketAddrs};
use std::path::Path;
use std::time::Duration;

use super::args::{Common, Serve};
use super::output::Printer;
use super::site::{Refused, Settings, root, settings};
use super::{Status, report};
use crate::pipeline::Verdict;
use crate::serve::{self, Hosts, News, Opened, Options, Way};

pub(super) fn run(common: &Common, options: &Serve) -> Status {
    let printer = Printer::new(common);
    let Ok(root) = root(common, printer) else { return Status::Failed };
    // Events name files as they lie in truth.
    let root = root.canonicalize().unwrap_or(root);
    let wanted = match wanted(options) {
        Ok(wanted) => wanted,
        Err((message, help)) => {
            printer.fail(&message, Some(help));
            return Status::Failed;
        }
    };
    if options.built {
        return built(&root, common, options, &wanted, printer);
    }
    // The options are judged once, before anything is served: later only the configuration can be wrong.
    if let Err(Refused::Options(status)) = settings(&root, common, printer) {
        return status;
    }
    let open = || match settings(&root, common, printer) {
        Ok(Settings { config, request, purpose, diagnostics }) => Ok(Opened { config, diagnostics, request, purpose }),
        Err(Refused::Config(diagnostics, text)) => Err(serve::Refused { diagnostics, text: text.into() }),
        Err(Refused::Options(_)) => Err(serve::Refused { diagnostics: Vec::new(), text: "".into() }),
    };
    let mut heard = |news: News<'_>| tell(&news, options, printer);
    let Err(why) = serve::serve(&root, &open, &wanted, &mut heard);
    printer.fail(&why, None);
    Status::Failed
}

fn built(root: &Path, common: &Common, options: &Serve, wanted: &Options, printer: Printer) -> Status {
    let config = match settings(root, common, printer) {
        Ok(settings) => settings.config,
        Err(Refused::Options(status)) => return status,
        Err(Refused::Config(diagnostics, text)) => {
            report::broken_config(diagnostics, &text, printer, report::Format::Human);
            return Status::Errors;
        }
    };
    let folder = options.output.clone().unwrap_or_else(|| root.join(&config.output.folder));
    let base = config.url.as_ref().map_or("/", |url| url.base.as_str());
    let mut ready = |url: &str| {
        printer.say(&format!("serving `{}` at {url} (Ctrl-C ends)", folder.display()));
        open_browser(url, options, printer);
    };
    let Err(why) = serve::serve_built(&folder, base, wanted, &mut ready);
    printer.fail(&why, Some("run `recto build` first, or name its folder with `--output`"));
    Status::Failed
}

/// What the options mean; else what is wrong with them, and what to write.
fn wanted(options: &Serve) -> Result<Options, (String, &'static str)> {
    let host = address(&options.host)
        .ok_or_else(|| (format!("`{}` is no address of this machine", options.host), "write `--host 127.0.0.1`, or `--host 0.0.0.0` for all"))?;
    let editor = match options.editor.as_str() {
        "none" => None,
        "vscode" => Some("vscode://file/{path}:{line}:{column}"),
        "vscodium" => Some("vscodium://file/{path}:{line}:{column}"),
        "cursor" => Some("cursor://file/{path}:{line}:{column}"),
        "zed" => Some("zed://file/{path}:{line}:{column}"),
        "idea" => Some("idea://open?file=/{path}&line={line}&column={column}"),
        pattern if pattern.contains("{path}") && pattern.contains(':') && !pattern.trim_start().to_ascii_lowercase().starts_with("javascript:") => {
            Some(pattern)
        }
        other => {
            let help = "write `vscode`, `vscodium`, `cursor`, `zed`, `idea`, `none`, or an address like `txmt://open?url=file:///{path}&line={line}`";
            return Err((format!("`{other}` is no editor that Recto knows, and no address with `{{path}}`"), help));
        }
    };
    let mut allowed = options.allowed_host.clone();
    // Whoever listens on a name answers to it.
    allowed.push(options.host.clone());
    Ok(Options {
        host,
        port: options.port,
        strict_port: options.strict_port,
        hosts: Hosts { allowed },
        way: options.poll.map_or(Way::Told, |every| Way::Polled(Duration::from_millis(every))),
        overlay: !options.no_overlay,
        follow: options.follow,
        editor: editor.map(str::to_owned),
    })
}

fn address(host: &str) -> Option<IpAddr> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| (host, 0).to_socket_addrs().ok()?.map(|address| address.ip()).min_by_key(IpAddr::is_ipv6))
}

fn tell(news: &News<'_>, options: &Serve, printer: Printer) {
    match news {
        News::Serving { url, moved } => {
            if *moved {
                printer.say(&format!("port {} is not free", options.port));
            }
            printer.say(&format!("serving {url} (Ctrl-C ends)"));
            open_browser(url, options, printer);
        }
        News::Polling { why, every } => {
            let help = if cfg!(target_os = "linux") { "; `sysctl fs.inotify.max_user_watches` has the limit" } else { "" };
            printer.say(&format!("the system does not tell of all changes ({why}): files are looked at every {} ms{help}", every.as_millis()));
        }
        News::Edition { changed, took, new, mended, left, texts } => {
            if let Some(took) = took {
                let what = match changed {
                    [] => "the site".to_owned(),
                    [one] => format!("`{one}`"),
                    [first, rest @ ..] => format!("`{first}` and {} more", rest.len()),
                };
                printer.say(&format!("{what} changed: up to date in {took:.1?}"));
            }
            for told in mended.iter().take(20) {
                let place = told.span.as_ref().map_or_else(String::new, |span| format!(" ({})", span.file));
                printer.say(&format!("mended: {}{place}", told.message));
            }
            if mended.len() > 20 {
                printer.say(&format!("mended: {} more", mended.len() - 20));
            }
            if !new.diagnostics.is_empty() {
                report::found(new, texts, printer);
            }
            if !new.diagnostics.is_empty() || !mended.is_empty() {
                printer.say(&summary(new, *left));
            }
        }
    }
}

/// How much is wrong, after something of it was told.
fn summary(new: &Verdict, (errors, warnings): (usize, usize)) -> String {
    let count = |number: usize, what: &str| match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    };
    if errors + warnings == 0 {
        return if new.diagnostics.is_empty() { "nothing is wrong any more".to_owned() } else { "no errors, no warnings".to_owned() };
    }
    format!("{} and {} in all", count(errors, "error"), count(warnings, "warning"))
}

fn open_browser(url: &str, options: &Serve, printer: Printer) {
    if options.open
        && let Err(error) = open::that_detached(url)
    {
        printer.say(&format!("cannot open a browser: {error}"));
    }
}
