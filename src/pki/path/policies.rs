//! Policies along a path (RFC 5280, 6.1.2 to 6.1.5), asked with any policy: a path is refused where it demands a policy
//! and no policy holds along it.

use std::collections::BTreeSet;

use super::super::certificate::Certificate;
use super::super::oid;

/// What holds at one depth: the policies expected below it, and the counters of RFC 5280, 6.1.2 (d) to (f).
///
/// The tree of RFC 5280 need not be kept: asked with any policy, only its lowest row decides.
struct State {
    expected: BTreeSet<Vec<u8>>,
    explicit_policy: u64,
    policy_mapping: u64,
    any_policy: u64,
}

/// Whether the policies of a path (`below_anchor`: the anchor's child first, the leaf last) can be satisfied.
pub(super) fn are_satisfied(below_anchor: &[&Certificate]) -> bool {
    let any = below_anchor.len() as u64 + 1;
    let expected = BTreeSet::from([oid::ANY_POLICY.0.to_vec()]);
    let mut state = State { expected, explicit_policy: any, policy_mapping: any, any_policy: any };
    for (place, certificate) in below_anchor.iter().enumerate() {
        let is_last = place + 1 == below_anchor.len();
        state.take(certificate, is_last);
        if state.explicit_policy == 0 && state.expected.is_empty() {
            return false;
        }
        if is_last {
            state.wrap_up(certificate);
        } else {
            state.prepare(certificate);
        }
    }
    state.explicit_policy > 0 || !state.expected.is_empty()
}

impl State {
    /// 6.1.3 (d) and (e).
    fn take(&mut self, certificate: &Certificate, is_last: bool) {
        let Some(policies) = &certificate.extensions().policies else {
            self.expected.clear();
            return;
        };
        let is_any = |policy: &&Vec<u8>| oid::ANY_POLICY.is(policy);
        let expects_any = self.expected.iter().any(|policy| is_any(&policy));
        let named = policies.iter().filter(|policy| !is_any(policy));
        let mut kept: BTreeSet<_> =
            named.filter(|policy| expects_any || self.expected.contains(*policy)).cloned().collect();
        let takes_any = self.any_policy > 0 || (!is_last && certificate.is_self_issued());
        if takes_any && policies.iter().any(|policy| is_any(&policy)) {
            kept.extend(self.expected.iter().cloned());
        }
        self.expected = kept;
    }

    /// 6.1.4 (b) and (h) to (j).
    fn prepare(&mut self, certificate: &Certificate) {
        let extensions = certificate.extensions();
        let mapped: BTreeSet<&Vec<u8>> = extensions.mappings.iter().map(|(above, _)| above).collect();
        let expects_any = self.expected.contains(oid::ANY_POLICY.0);
        let before = self.expected.clone();
        self.expected.retain(|policy| !mapped.contains(policy));
        if self.policy_mapping > 0 {
            let held = extensions.mappings.iter().filter(|(above, _)| expects_any || before.contains(above));
            self.expected.extend(held.map(|(_, below)| below.clone()));
        }
        if !certificate.is_self_issued() {
            for counter in [&mut self.explicit_policy, &mut self.policy_mapping, &mut self.any_policy] {
                *counter = counter.saturating_sub(1);
            }
        }
        let lower = |counter: &mut u64, to: Option<u64>| *counter = (*counter).min(to.unwrap_or(u64::MAX));
        lower(&mut self.explicit_policy, extensions.require_explicit_policy);
        lower(&mut self.policy_mapping, extensions.inhibit_policy_mapping);
        lower(&mut self.any_policy, extensions.inhibit_any_policy);
    }

    /// 6.1.5 (a) and (b).
    fn wrap_up(&mut self, certificate: &Certificate) {
        self.explicit_policy = self.explicit_policy.saturating_sub(1);
        if certificate.extensions().require_explicit_policy == Some(0) {
            self.explicit_policy = 0;
        }
    }
}
