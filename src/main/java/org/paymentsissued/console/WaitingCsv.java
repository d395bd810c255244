package org.paymentsissued.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.paymentsissued.procore.CommitmentCsv;

/** What waits, as the file that an upload takes, with the best proposals filled in. */
final class WaitingCsv {

    private WaitingCsv() {
    }

    /** The columns of the lookup alone. */
    static WebReply lookup(List<WaitingView> bills) {
        return Layout.csv("waiting-bills.csv", CommitmentCsv.COLUMNS, bills.stream().map(WaitingCsv::columns).toList());
    }

    /** With names, and with what a person needs to know about each bill. */
    static WebReply forPeople(List<WaitingView> bills) {
        List<String> header = Stream.of(CommitmentCsv.COLUMNS, CommitmentCsv.NAMES, CommitmentCsv.FOR_PEOPLE).flatMap(List::stream)
                .toList();
        return Layout.csv("waiting.csv", header, bills.stream().map(bill -> {
            List<Object> line = new ArrayList<>(columns(bill));
            Optional<CommitmentView.Suggestion> best = Optional.ofNullable(bill.best());
            line.addAll(List.of(best.map(CommitmentView.Suggestion::number).orElse(""), best.map(one -> one.project()).orElse(""),
                    bill.vendor(), bill.job(), bill.purchaseOrder(), bill.payments(), bill.amount().toPlainString(),
                    best.map(CommitmentView.Suggestion::title).orElse(""), best.map(CommitmentView.Suggestion::certainty).orElse(""),
                    best.map(CommitmentView.Suggestion::why).orElse("")));
            return line;
        }).toList());
    }

    private static List<Object> columns(WaitingView bill) {
        Optional<CommitmentView.Suggestion> best = Optional.ofNullable(bill.best());
        return List.of(bill.companyFile(), bill.billTxnId(), best.map(one -> String.valueOf(one.projectId())).orElse(""),
                best.map(one -> String.valueOf(one.commitmentId())).orElse(""), best.map(CommitmentView.Suggestion::type).orElse(""),
                best.flatMap(CommitmentView.Suggestion::requisitionId).map(String::valueOf).orElse(""), bill.billNumber());
    }
}
