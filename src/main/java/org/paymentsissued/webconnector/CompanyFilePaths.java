package org.paymentsissued.webconnector;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.paymentsissued.ledger.WebConnections;
import org.paymentsissued.ledger.WebConnections.CompanyFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which file of the QuickBooks machine belongs to which company file of ours: the configured one, or else that of its
 * first session. No file may belong to two, because its payments would be sent twice.
 */
final class CompanyFilePaths {

    private static final Logger LOG = LoggerFactory.getLogger(CompanyFilePaths.class);

    private final WebConnections connections;
    private final Map<String, String> set;

    /** @param set by name of the company file, the configured path; empty if the first session decides */
    CompanyFilePaths(Map<String, String> set, WebConnections connections) {
        this.set = new LinkedHashMap<>(set);
        this.connections = connections;
    }

    static boolean same(String path, String other) {
        return path.replace('/', '\\').equalsIgnoreCase(other.replace('/', '\\'));
    }

    /**
     * Compares a file that is open in QuickBooks with the one that belongs to a company file, and becomes that one if there
     * is none yet. One at a time: two first sessions in the same file must not both get it.
     *
     * @param path    as QuickBooks names it; empty if it does not
     * @param company the company's name, if given
     * @return why it must not be read; empty if it is the right one
     */
    synchronized Optional<String> refusal(String companyFile, String path, Optional<String> company) {
        if (path.isEmpty()) {
            if (set.size() > 1) {
                return Optional.of("The Web Connector does not say which company file is open, so it is unknown which of "
                        + String.join(", ", set.keySet()) + " it is. Nothing was read from it.");
            }
            LOG.warn("The Web Connector does not say which company file is open, so it cannot be compared.");
            return Optional.empty();
        }
        String key = set.size() == 1 ? "web-connector.company-file" : "web-connector." + companyFile + ".company-file";
        String own = set.get(companyFile);
        Optional<CompanyFile> bound = connections.of(companyFile).boundTo();
        if (!own.isEmpty()) {
            if (!same(path, own)) {
                return Optional.of("The company file " + path + " is not the one that should be read, which is " + own + " (" + key
                        + "). Nothing was read from it.");
            }
        } else if (bound.isPresent()) {
            String way = " Nothing was read from it. If it is the right file, set " + key + " to its path.";
            if (!same(path, bound.get().path())) {
                return Optional.of("The company file " + path + " is not the one read so far, which is "
                        + bound.get().path() + "." + way);
            }
            if (company.isPresent() && !bound.get().company().isEmpty() && !company.get().equals(bound.get().company())) {
                return Optional.of("The company file " + path + " is now that of " + company.get() + "; the one read so far was"
                        + " that of " + bound.get().company() + "." + way);
            }
        }
        Optional<String> owner = set.keySet().stream().filter(other -> !other.equals(companyFile) && belongs(path, other))
                .findFirst();
        if (owner.isPresent()) {
            return Optional.of("The company file " + path + " is read as " + owner.get() + " already, so it cannot also be "
                    + companyFile + ". Nothing was read from it. Open the other file, or set " + key + " to its path.");
        }
        bind(companyFile, new CompanyFile(path, company.or(() -> bound.map(CompanyFile::company)).orElse("")), bound);
        return Optional.empty();
    }

    private boolean belongs(String path, String companyFile) {
        String own = set.get(companyFile);
        return own.isEmpty() ? connections.of(companyFile).boundTo().filter(bound -> same(path, bound.path())).isPresent()
                : same(path, own);
    }

    private void bind(String companyFile, CompanyFile named, Optional<CompanyFile> bound) {
        if (bound.isEmpty() || !bound.get().equals(named)) {
            LOG.info("The ledger {} belongs to the company file {} {}", companyFile, named.path(), named.company());
            connections.bind(companyFile, named);
        }
    }
}
