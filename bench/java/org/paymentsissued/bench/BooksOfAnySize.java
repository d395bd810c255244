package org.paymentsissued.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;

/** Payments that are a pure function of their number, so that as many as wanted can be had twice alike. */
public final class BooksOfAnySize {

    /** How many bills the payments share, and so how long the lookup is. */
    public static final int BILLS = 20_000;
    /** Commitments that the bills belong to. */
    public static final int COMMITMENTS = 20;
    private static final int MOST_BILLS = 12;
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss");

    private BooksOfAnySize() {
    }

    /** Bills that a payment pays: 1 to 12, 6.5 in the mean. */
    static int bills(long number) {
        return (int) (number % MOST_BILLS) + 1;
    }

    /** How many rows so many payments come to. */
    public static long rows(long payments) {
        long rows = payments / MOST_BILLS * (MOST_BILLS * (MOST_BILLS + 1) / 2);
        for (long rest = payments - payments % MOST_BILLS; rest < payments; rest++) {
            rows += bills(rest);
        }
        return rows;
    }

    /** Writes a response with payments from a number on. */
    public static void write(Path file, long first, long payments) throws IOException {
        try (Writer out = new BufferedWriter(Files.newBufferedWriter(file, StandardCharsets.US_ASCII), 1 << 16)) {
            out.write("<?xml version=\"1.0\" ?>\n<QBXML>\n<QBXMLMsgsRs>\n<BillPaymentCheckQueryRs requestID=\"bpc\""
                    + " statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"Status OK\">\n");
            StringBuilder row = new StringBuilder();
            LocalDateTime start = LocalDateTime.of(2026, 1, 5, 8, 0);
            for (long number = first; number < first + payments; number++) {
                row.setLength(0);
                check(row, number, bills(number), start.plusSeconds(number));
                out.append(row).append('\n');
            }
            out.write("</BillPaymentCheckQueryRs>\n</QBXMLMsgsRs>\n</QBXML>\n");
        }
    }

    static void check(StringBuilder out, long number, int bills, LocalDateTime modified) {
        String day = modified.toLocalDate().toString();
        BigDecimal amount = new BigDecimal("125.50");
        out.append("<BillPaymentCheckRet>\n<TxnID>").append(Long.toHexString(0x2F000 + number)).append('-')
                .append(1_700_000_000L + number).append("</TxnID>\n<TimeCreated>").append(modified.format(STAMP))
                .append("-07:00</TimeCreated>\n<TimeModified>").append(modified.format(STAMP))
                .append("-07:00</TimeModified>\n<EditSequence>").append(1_700_000_000L + number)
                .append("</EditSequence>\n<TxnNumber>").append(number)
                .append("</TxnNumber>\n<PayeeEntityRef>\n<ListID>80000004-1197742034</ListID>\n<FullName>Harlan Drywall LLC"
                        + "</FullName>\n</PayeeEntityRef>\n<APAccountRef>\n<ListID>80000021-1197742034</ListID>\n<FullName>"
                        + "Accounts Payable</FullName>\n</APAccountRef>\n<TxnDate>")
                .append(day).append("</TxnDate>\n<BankAccountRef>\n<ListID>80000022-1197742034</ListID>\n<FullName>"
                        + "Checking</FullName>\n</BankAccountRef>\n<Amount>")
                .append(amount.multiply(BigDecimal.valueOf(bills)))
                .append("</Amount>\n<RefNumber>").append(10_000 + number)
                .append("</RefNumber>\n<Memo>Draw ").append(number % 9 + 1)
                .append(", see retainage schedule &amp; lien waiver</Memo>\n");
        for (int line = 0; line < bills; line++) {
            out.append("<AppliedToTxnRet>\n<TxnID>").append(billTxnId((number * 7 + line) % BILLS))
                    .append("</TxnID>\n<TxnType>Bill</TxnType>\n<TxnDate>").append(day)
                    .append("</TxnDate>\n<RefNumber>HD-").append((number * 7 + line) % BILLS)
                    .append("</RefNumber>\n<BalanceRemaining>0.00</BalanceRemaining>\n<Amount>").append(amount)
                    .append("</Amount>\n</AppliedToTxnRet>\n");
        }
        out.append("</BillPaymentCheckRet>");
    }

    static String billTxnId(long bill) {
        return "B" + bill + "-1690000000";
    }

    /** SQL that fills the commitment lookup. */
    public static String lookup(String companyFile) {
        return "insert into commitment_lookup (company_file, bill_txn_id, project_id, commitment_id, commitment_type, source,"
                + " changed_at) select '" + companyFile + "', 'B' || x || '-1690000000', 1001, 500000 + mod(x, " + COMMITMENTS
                + "), 'work_order_contract', 'bench', current_timestamp from system_range(0, " + (BILLS - 1) + ")";
    }

    /** The commitment lookup as a file for {@code commitments.inbox}. */
    static void writeLookup(Path file) throws IOException {
        try (Writer out = Files.newBufferedWriter(file)) {
            out.write("bill_txn_id,project_id,commitment_id,commitment_type,requisition_id,invoice_number\n");
            for (int bill = 0; bill < BILLS; bill++) {
                out.write(billTxnId(bill) + ",1001," + (500_000 + bill % COMMITMENTS) + ",work_order_contract,,\n");
            }
        }
    }

    /** Writes the lookup as a CSV file, or so many payments as a response file: {@code FILE [PAYMENTS]}. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 1) {
            writeLookup(Path.of(arguments[0]));
        } else {
            write(Path.of(arguments[0]), 0, Long.parseLong(arguments[1]));
        }
    }
}
