package org.paymentsissued.quickbooks.qbxml;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;
import java.util.ArrayList;
import java.util.List;

/** A vendor's bill, as far as it helps to find its commitment. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "BillRet")
public class BillRet {
    @XmlElement(name = "TxnID")
    public String txnId;
    @XmlElement(name = "VendorRef")
    public BillPaymentRet.Ref vendor;
    @XmlElement(name = "TxnDate")
    public String txnDate;
    @XmlElement(name = "AmountDue")
    public String amountDue;
    @XmlElement(name = "RefNumber")
    public String refNumber;
    @XmlElement(name = "Memo")
    public String memo;
    @XmlElement(name = "LinkedTxn")
    public List<LinkedTxn> linked = new ArrayList<>();
    @XmlElement(name = "ExpenseLineRet")
    public List<Line> expenses = new ArrayList<>();
    @XmlElement(name = "ItemLineRet")
    public List<Line> items = new ArrayList<>();
    @XmlElement(name = "ItemGroupLineRet")
    public List<Group> groups = new ArrayList<>();
    @XmlElement(name = "DataExtRet")
    public List<DataExt> customFields = new ArrayList<>();

    /** An expense or item line; the job it belongs to is its customer. */
    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(name = "BillLineRet")
    public static class Line {
        @XmlElement(name = "CustomerRef")
        public BillPaymentRet.Ref customer;
    }

    /** The jobs of a group are on its nested lines. */
    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(name = "ItemGroupLineRet")
    public static class Group {
        @XmlElement(name = "ItemLineRet")
        public List<Line> items = new ArrayList<>();
    }

    /** Sign, link type and amount have no certain meaning on a bill; ids and numbers do. */
    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(name = "BillLinkedTxn")
    public static class LinkedTxn {
        @XmlElement(name = "TxnID")
        public String txnId;
        @XmlElement(name = "TxnType")
        public String txnType;
        @XmlElement(name = "RefNumber")
        public String refNumber;
    }

    /** A custom field. */
    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(name = "DataExtRet")
    public static class DataExt {
        @XmlElement(name = "DataExtName")
        public String name;
        @XmlElement(name = "DataExtValue")
        public String value;
    }
}
