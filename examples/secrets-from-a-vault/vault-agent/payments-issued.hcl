# Lets HashiCorp Vault's agent write the secrets to files. Address, login and paths are those of your Vault.
vault {
  address = "https://vault.example.com:8200"
}

auto_auth {
  method "approle" {
    config = {
      role_id_file_path   = "/etc/payments-issued/vault-role-id"
      secret_id_file_path = "/etc/payments-issued/vault-secret-id"
    }
  }
}

template {
  contents    = "{{ with secret \"secret/data/payments-issued\" }}{{ .Data.data.procore_client_secret }}{{ end }}"
  destination = "/etc/payments-issued/secrets/procore-client-secret"
  perms       = "0400"
}

template {
  contents    = "{{ with secret \"secret/data/payments-issued\" }}{{ .Data.data.console_password }}{{ end }}"
  destination = "/etc/payments-issued/secrets/console-password"
  perms       = "0400"
}
