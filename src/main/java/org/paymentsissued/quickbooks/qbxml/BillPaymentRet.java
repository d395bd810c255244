package org.paymentsissued.quickbooks.qbxml;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;
import java.util.ArrayList;
import java.util.List;

/** BillPaymentCheckRet and BillPaymentCreditCardRet: one grammar but for the account they are paid from. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "BillPaymentRet")
public class BillPaymentRet {
    @XmlElement(name = "TxnID")
    public String txnId;
    @XmlElement(name = "TimeCreated")
    public String timeCreated;
    @XmlElement(name = "TimeModified")
    public String timeModified;
    @XmlElement(name = "EditSequence")
    public String editSequence;
    @XmlElement(name = "PayeeEntityRef")
    public Ref payee;
    @XmlElement(name = "TxnDate")
    public String txnDate;
    @XmlElement(name = "BankAccountRef")
    public Ref bankAccount;
    @XmlElement(name = "CreditCardAccountRef")
    public Ref creditCardAccount;
    @XmlElement(name = "Amount")
    public String amount;
    @XmlElement(name = "CurrencyRef")
    public Ref currency;
    @XmlElement(name = "ExchangeRate")
    public String exchangeRate;
    @XmlElement(name = "AmountInHomeCurrency")
    public String amountInHomeCurrency;
    @XmlElement(name = "RefNumber")
    public String refNumber;
    @XmlElement(name = "Memo")
    public String memo;
    @XmlElement(name = "AppliedToTxnRet")
    public List<AppliedToTxnRet> appliedTo = new ArrayList<>();

    /** A reference to a list item: an id, a full name, or both. */
    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(name = "Ref")
    public static class Ref {
        @XmlElement(name = "ListID")
        public String listId;
        @XmlElement(name = "FullName")
        public String fullName;
    }

    /** One line of what the payment was applied to. Its LinkedTxn amounts neither add to nor reduce Amount. */
    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(name = "AppliedToTxnRet")
    public static class AppliedToTxnRet {
        @XmlElement(name = "TxnID")
        public String txnId;
        @XmlElement(name = "TxnType")
        public String txnType;
        @XmlElement(name = "TxnDate")
        public String txnDate;
        @XmlElement(name = "RefNumber")
        public String refNumber;
        @XmlElement(name = "Amount")
        public String amount;
        @XmlElement(name = "DiscountAmount")
        public String discountAmount;
    }
}
