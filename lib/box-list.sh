# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# box-list
