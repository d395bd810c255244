package org.paymentsissued.procore;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which Procore company each company file of QuickBooks goes into, and how its records are marked there. */
public final class ProcoreCompanies {

    private final Map<String, DeliveryPolicy> policies;
    private final Map<String, Company> byId = new LinkedHashMap<>();

    /** @param policies by the name of the company file, never none */
    public ProcoreCompanies(Map<String, DeliveryPolicy> policies) {
        this.policies = new LinkedHashMap<>(policies);
        Map<String, List<String>> files = new LinkedHashMap<>();
        policies.forEach((file, policy) -> files.computeIfAbsent(policy.companyId(), none -> new ArrayList<>()).add(file));
        files.forEach((id, names) -> byId.put(id, new Company(id, List.copyOf(names))));
    }

    /** A company of Procore. @param companyFiles those that go into it, never none */
    public record Company(String id, List<String> companyFiles) { }

    /** How the payments of a company file are delivered; one that is no longer set up is delivered like the first one. */
    DeliveryPolicy policyOf(String companyFile) {
        DeliveryPolicy own = policies.get(companyFile);
        return own == null ? policies.values().iterator().next() : own;
    }

    /** Names of all company files: those that are set up, in the order of the settings, then those that only the ledger knows. */
    public List<String> companyFiles() {
        return List.copyOf(policies.keySet());
    }

    /** Every company, with all its company files. */
    public List<Company> all() {
        return List.copyOf(byId.values());
    }

    /** The id of the company that a company file goes into. */
    public String idOf(String companyFile) {
        return of(companyFile).id();
    }

    /** The company that a company file goes into. */
    Company of(String companyFile) {
        return byId.get(policyOf(companyFile).companyId());
    }
}
