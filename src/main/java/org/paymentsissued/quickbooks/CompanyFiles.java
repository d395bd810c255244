package org.paymentsissued.quickbooks;

import java.util.List;

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
    public List<CompanyFile> named(String name) {
        if (name == null || name.isEmpty()) {
            return all;
        }
        List<CompanyFile> found = all.stream().filter(file -> file.name().equals(name)).toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException("A route asks for the company file \"" + name + "\", but there are only "
                    + String.join(", ", all.stream().map(CompanyFile::name).toList()) + ". Correct companyFileName there.");
        }
        return found;
    }

    /** @see Readings#sinceWatermarks() */
    public Reading sinceWatermarks(CompanyFile file) {
        return file.readings().sinceWatermarks();
    }

    /** @see Readings#dated(DateRange) */
    public Reading dated(CompanyFile file, DateRange range) {
        return file.readings().dated(range);
    }

    /** @see Readings#backfillEnded(DateRange) */
    public void backfillEnded(CompanyFile file, DateRange range) {
        file.readings().backfillEnded(range);
    }

    /** @see Readings#ofFiles() */
    public AnswerReader ofFiles(CompanyFile file) {
        return file.readings().ofFiles();
    }
}
