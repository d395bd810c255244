package org.paymentsissued.quickbooks;

import java.util.List;
import org.apache.camel.Variable;

/** The company files that are read, in the order of the settings, and the readings of each. */
public final class CompanyFiles {

    private final List<CompanyFile> all;

    public CompanyFiles(List<CompanyFile> all) {
        this.all = List.copyOf(all);
    }

    public List<CompanyFile> all() {
        return all;
    }

    /**
     * The company files that a sync reads.
     *
     * @param name of the only one; null or empty: all
     * @throws IllegalArgumentException where no company file has that name
     */
    public List<CompanyFile> named(@Variable("companyFileName") String name) {
        if (name == null || name.isEmpty()) {
            return all;
        }
        List<CompanyFile> found = all.stream().filter(file -> file.name().equals(name)).toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException("A route asks for the company file \"" + name + "\", but the only ones are "
                    + String.join(", ", all.stream().map(CompanyFile::name).toList()) + ". Correct companyFileName in the route.");
        }
        return found;
    }

    /** What has changed since the watermarks, or the payments dated in a range. @param range null for what has changed */
    public Reading reading(@Variable("companyFile") CompanyFile file, @Variable("range") DateRange range) {
        return range == null ? file.readings().sinceWatermarks() : file.readings().dated(range);
    }

    /** A reading has ended. @param range null where it read what has changed */
    public void readToTheEnd(@Variable("companyFile") CompanyFile file, @Variable("range") DateRange range) {
        if (range != null) {
            file.readings().backfillEnded(range);
        }
    }

    /** @see Readings#ofFiles() */
    public AnswerReader ofFiles(@Variable("companyFile") CompanyFile file) {
        return file.readings().ofFiles();
    }
}
