//! The report as text.

use std::fmt::{Display, Formatter, Result};

use super::{Fate, LayerReport, Refusal, Report, SentRequest};

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(f, "{}\n", self.request)?;
        match &self.route {
            None => writeln!(f, "route: none")?,
            Some(route) => {
                write!(f, "route: {}", route.name)?;
                for (name, value) in &route.parameters {
                    write!(f, "  {name}={value:?}")?;
                }
                writeln!(f)?;
            }
        }
        for other in &self.others {
            writeln!(f, "  not {}: {}", other.name, other.reason)?;
        }
        if !self.layers.is_empty() {
            writeln!(f, "\nlayers:")?;
        }
        for (index, layer) in self.layers.iter().enumerate() {
            writeln!(f, "  {}. {layer}", index + 1)?;
        }
        write!(f, "\n{}", self.fate)
    }
}

impl Display for LayerReport {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{} ({}) {}", self.name, self.r#type, self.does)?;
        if let Some(refusal) = &self.refusal {
            write!(f, ": {} {}", refusal.status, refusal.code)?;
        }
        if let Some(identity) = &self.identity {
            write!(f, "; the caller is {identity}")?;
        }
        Ok(())
    }
}

impl Display for Fate {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Refused {
                refusal,
                would_send,
            } => {
                writeln!(f, "refused: {refusal}")?;
                if let Some(request) = would_send {
                    write!(f, "\nif it were let pass, {request}")?;
                }
                Ok(())
            }
            Self::Answered { status, headers } => {
                writeln!(f, "answered by the gateway: {status}")?;
                fields(f, headers)
            }
            Self::Forwarded { request } => request.fmt(f),
        }
    }
}

impl Display for Refusal {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{} {}: {}", self.status, self.code, self.detail)?;
        match &self.cause {
            Some(cause) => write!(f, " ({cause})"),
            None => Ok(()),
        }
    }
}

impl Display for SentRequest {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "upstream {} gets, at ", self.upstream)?;
        match self.endpoints.as_slice() {
            // Nothing is looked up for a report.
            [] => writeln!(f, "an endpoint that is found while the gateway runs:")?,
            endpoints => writeln!(f, "{}:", endpoints.join(" or "))?,
        }
        writeln!(f, "  {} {}", self.method, self.target)?;
        fields(f, &self.headers)?;
        match self.body_length {
            0 => Ok(()),
            length => writeln!(f, "  ({length} bytes of body)"),
        }
    }
}

fn fields(f: &mut Formatter<'_>, headers: &[(String, String)]) -> Result {
    for (name, value) in headers {
        writeln!(f, "  {name}: {value}")?;
    }
    Ok(())
}
