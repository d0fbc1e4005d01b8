//! `portcullis explain`

use http::{HeaderName, HeaderValue, Method, Request, Uri};

use super::args::Question;
use super::{Exit, load, print, print_error};
use crate::Gateway;
use crate::explain::{self, Case};

/// Tells what would become of a request.
pub(super) fn explain(gateway: &Gateway, question: &Question) -> Exit {
    let case = match read(question) {
        Ok(case) => case,
        Err(wrong) => {
            print_error(&format!("error: {wrong}\n"));
            return Exit::Usage;
        }
    };
    let configuration = match load::load(gateway, &question.config.path) {
        Ok(configuration) => configuration,
        Err(exit) => return exit,
    };
    let report = match explain::explain(&configuration, &case) {
        Ok(report) => report,
        Err(error) => {
            print_error(&format!("error: {error}\n"));
            return Exit::Failed;
        }
    };
    let printed = if question.json {
        match serde_json::to_string_pretty(&report) {
            Ok(json) => print(&format!("{json}\n")),
            Err(error) => {
                print_error(&format!("error: {error}\n"));
                Exit::Failed
            }
        }
    } else {
        print(&report.to_string())
    };
    match printed {
        Exit::Done if report.is_refused() => Exit::Refused,
        printed => printed,
    }
}

fn read(question: &Question) -> Result<Case, String> {
    let method = Method::from_bytes(question.method.as_bytes())
        .map_err(|_| format!("`{}` is no method", question.method))?;
    let uri: Uri = question
        .url
        .parse()
        .map_err(|error| format!("`{}` is no URL: {error}", question.url))?;
    let mut request = Request::new(());
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    for line in &question.headers {
        let (name, value) = header(line)
            .ok_or_else(|| format!("`{line}` is no header field: write \"name: value\""))?;
        request.headers_mut().append(name, value);
    }
    let body = match &question.body {
        None => Vec::new(),
        Some(path) => {
            std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?
        }
    };
    Ok(Case {
        head: request.into_parts().0,
        body: body.into(),
        client: question.client,
    })
}

fn header(line: &str) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = line.split_once(':')?;
    let name = HeaderName::from_bytes(name.trim().as_bytes()).ok()?;
    Some((name, HeaderValue::from_str(value.trim()).ok()?))
}
