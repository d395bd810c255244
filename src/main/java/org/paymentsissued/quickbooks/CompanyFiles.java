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
