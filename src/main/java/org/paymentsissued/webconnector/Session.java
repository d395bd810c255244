package org.paymentsissued.webconnector;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** One session of the Web Connector, from authenticate to closeConnection. Guarded by the conversation it belongs to. */
final class Session {

    private final byte[] ticket;
    final String from;
    final Instant begunAt;
    final Work work;
    Instant lastCallAt;
    /** Path of the company file, once known to be the right one. */
    String companyFile = "";
    boolean identified;
    /** The request in progress; empty if there is none. */
    String asked = "";
    /** The answer being stored; null if there is none. */
    Page page;
    int percent;
    int restarts;
    int noOps;
    boolean saidNoOp;
    boolean allRead;
    /** Why it cannot continue, as a sentence; empty while it can. */
    String trouble = "";

    Session(String ticket, String from, Instant begunAt, Work work) {
        this.ticket = ticket.getBytes(StandardCharsets.UTF_8);
        this.from = from;
        this.begunAt = begunAt;
        this.lastCallAt = begunAt;
        this.work = work;
    }

    /** Compared in constant time: anyone with a ticket can submit payments. */
    boolean isOf(String given) {
        return MessageDigest.isEqual(ticket, given.getBytes(StandardCharsets.UTF_8));
    }

    boolean hasEnded() {
        return allRead || !trouble.isEmpty();
    }

    /** An answer from QuickBooks on its way into the ledger. */
    public static final class Page {
        private final Conversation conversation;
        private final Session session;
        private final SpooledText text;
        private final CompletableFuture<Void> stored = new CompletableFuture<>();

        Page(Conversation conversation, Session session, SpooledText text) {
            this.conversation = conversation;
            this.session = session;
            this.text = text;
        }

        Conversation conversation() {
            return conversation;
        }

        Session session() {
            return session;
        }

        CompletableFuture<Void> stored() {
            return stored;
        }

        /** The answer, to be read from its start as often as needed. */
        public SpooledText getText() {
            return text;
        }

        /** The work it belongs to. */
        public Work getWork() {
            return session.work;
        }
    }
}
